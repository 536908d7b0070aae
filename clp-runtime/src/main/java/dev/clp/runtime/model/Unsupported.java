package dev.clp.runtime.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The kinds of checkpoints that cannot be loaded: each is refused by name, with a remedy. */
final class Unsupported {

  private static final Set<String> TYPES =
      Set.of("float32", "float", "float16", "half", "bfloat16", "float64", "double", "auto");

  /** Parameters in a format that is not safetensors. */
  private static final Pattern OTHER_FORMAT =
      Pattern.compile(
          "(pytorch_model|adapter_model|model|consolidated|tf_model|flax_model).*"
              + "\\.(bin|pt|pth|ckpt|h5|msgpack)");

  /** What GPTQ, AWQ, bitsandbytes and compressed-tensors store in place of a weight. */
  private static final Pattern QUANTISED =
      Pattern.compile(
          ".*\\.(qweight|qzeros|scales|g_idx|SCB|weight_(scale|scale_inv|packed|zero_point|shape)"
              + "|input_scale|weight\\.(absmax|quant_map|quant_state\\..+))");

  private static final Pattern EXPERTS = Pattern.compile(".*\\.(experts|block_sparse_moe)\\..*");

  private static final List<String> EXPERT_COUNTS =
      List.of(
          "num_experts",
          "num_local_experts",
          "n_routed_experts",
          "moe_num_experts",
          "num_experts_per_tok");

  private static final List<String> OTHER_SENSES =
      List.of("vision_config", "audio_config", "image_size", "patch_size");

  private static final String WHOLE =
      "; name the folder of the model before quantisation, in fp32, bf16 or fp16";

  private Unsupported() {}

  /** Refuses a folder whose parameters are in another format, or those of an adapter alone. */
  static void refuse(Path folder) {
    List<String> names = names(folder);
    if (names.contains("adapter_config.json") && !names.contains("config.json")) {
      throw new UserException(
          folder
              + ": holds an adapter without its base model; merge the two and name the result (in"
              + " Python: peft.AutoPeftModelForCausalLM.from_pretrained('"
              + folder.getFileName()
              + "').merge_and_unload().save_pretrained('merged'), and the tokenizer beside it)");
    }
    if (names.stream().anyMatch(name -> name.endsWith(".safetensors"))) {
      return;
    }
    Optional<String> gguf = names.stream().filter(name -> name.endsWith(".gguf")).findFirst();
    if (gguf.isPresent()) {
      throw new UserException(
          folder
              + ": holds its parameters as "
              + gguf.get()
              + " alone, a format of llama.cpp; fetch the model's folder with model.safetensors,"
              + " or convert it (in Python: transformers.AutoModelForCausalLM.from_pretrained('"
              + folder.getFileName()
              + "', gguf_file='"
              + gguf.get()
              + "').save_pretrained('converted'), and the tokenizer likewise)");
    }
    Optional<String> other =
        names.stream().filter(name -> OTHER_FORMAT.matcher(name).matches()).findFirst();
    if (other.isPresent() && !names.contains(CheckpointTensors.FILE + ".index.json")) {
      throw new UserException(
          folder
              + ": holds its parameters as "
              + other.get()
              + ", not in the safetensors format; convert it (in Python:"
              + " transformers.AutoModelForCausalLM.from_pretrained('"
              + folder.getFileName()
              + "').save_pretrained('"
              + folder.getFileName()
              + "'))");
    }
  }

  /** Refuses a configuration of a model that is quantised, or has experts or other senses. */
  static void refuse(ConfigJson config) {
    for (String field : List.of("quantization_config", "compression_config", "quantization")) {
      if (config.has(field)) {
        JsonNode method = config.field(field).path("quant_method");
        throw config.error(
            field
                + " says that the parameters are quantised"
                + (method.isTextual() ? " (" + method.asText() + ")" : "")
                + ", which is not supported"
                + WHOLE);
      }
    }
    for (String field : List.of("dtype", "torch_dtype")) {
      String type = config.field(field).asText("auto").replace("torch.", "");
      if (config.has(field) && !TYPES.contains(type.toLowerCase(Locale.ROOT))) {
        throw config.error(field + " is '" + type + "', which is not supported" + WHOLE);
      }
    }
    for (String field : EXPERT_COUNTS) {
      if (config.field(field).asInt(0) > 1) {
        throw config.error(
            field
                + " is "
                + config.field(field)
                + ": the model is a mixture of experts, which is not supported; name a dense model");
      }
    }
    for (String field : OTHER_SENSES) {
      if (config.has(field)) {
        throw config.error(
            field
                + " is there: the model reads images or sound, which is not supported; name a"
                + " model of text alone");
      }
    }
  }

  /** Refuses a tensor that is no parameter here if it shows what kind of model it belongs to. */
  static void refuse(Path file, String tensor) {
    if (QUANTISED.matcher(tensor).matches()) {
      throw new UserException(
          file
              + ": tensor '"
              + tensor
              + "' belongs to a quantised model, which is not supported"
              + WHOLE);
    }
    if (EXPERTS.matcher(tensor).matches()) {
      throw new UserException(
          file
              + ": tensor '"
              + tensor
              + "' belongs to a mixture of experts, which is not supported; name a dense model");
    }
  }

  private static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw FileErrors.reading(folder, e);
    }
  }
}
