package dev.clp.runtime.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.api.Weighting;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.model.Safetensors;
import dev.clp.runtime.model.decoder.DecoderConfig;
import dev.clp.runtime.report.ReportData.Fact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A policy as a LoRA adapter of the reference in the layout of Hugging Face's PEFT: {@code
 * adapter_config.json} and {@code adapter_model.safetensors}, whose {@code lora_B lora_A} are added
 * to the reference's matrices as they are, scaling 1.
 *
 * @param export the policy
 * @param weighting the weighting
 * @param rank the greatest rank; absent for the exact one
 * @param type what the adapter is stored as: FLOAT32, FLOAT16 or BFLOAT16
 */
public record PeftAdapter(
    RunExport export, Weighting weighting, Optional<Integer> rank, DataType type) {

  private static final String SUFFIX = ".weight";
  private static final double TOLERANCE = 1e-5;

  /**
   * What was written.
   *
   * @param rank the adapter's rank
   * @param exactRank the rank of the policy's own change
   * @param error the Frobenius norm of what the lower rank lacks, as a share of that of the change,
   *     over all matrices
   * @param rounding the largest absolute change of a value by rounding to the data type
   */
  public record Written(int rank, int exactRank, double error, double rounding) {}

  /**
   * Writes the adapter.
   *
   * @param folder exists and is empty
   * @throws UserException if the mechanism is no low-rank change of the reference
   */
  public Written write(Path folder) throws IOException {
    Map<String, LowRankUpdate> updates = updates();
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    Map<String, Integer> ranks = new LinkedHashMap<>();
    double square = 0;
    double lost = 0;
    int exact = 0;
    for (Map.Entry<String, LowRankUpdate> entry : updates.entrySet()) {
      LowRankUpdate update = entry.getValue();
      exact = Math.max(exact, (int) update.left().getShape().get(1));
      if (rank.isPresent() && rank.get() < update.left().getShape().get(1)) {
        TruncatedProduct truncated = TruncatedProduct.of(update, rank.get());
        square += truncated.square();
        lost += truncated.lostSquare();
        update = truncated.update();
      }
      String module = module(entry.getKey());
      tensors.put("base_model.model." + module + ".lora_A.weight", update.right());
      tensors.put("base_model.model." + module + ".lora_B.weight", update.left());
      ranks.put(module, (int) update.left().getShape().get(1));
    }
    int greatest = ranks.values().stream().mapToInt(each -> each).max().orElseThrow();
    double error = lost == 0 ? 0 : Math.sqrt(lost / square);
    double rounding =
        Safetensors.write(
            folder.resolve("adapter_model.safetensors"), tensors, Map.of("format", "pt"), type);
    Files.writeString(
        folder.resolve("adapter_config.json"), config(ranks, greatest).toPrettyString() + "\n");
    Written written = new Written(greatest, exact, error, rounding);
    Files.writeString(
        folder.resolve("README.md"), export.card("peft", weighting, facts(written)).toMarkdown());
    return written;
  }

  /** Returns the low-rank changes that make the reference the policy, and nothing else does. */
  private Map<String, LowRankUpdate> updates() {
    Map<String, LowRankUpdate> updates =
        Torch.withGradients(
            false,
            () ->
                LowRankUpdate.of(
                    export.trained().unevaluated(export.manager(), weighting),
                    export.trained().frozen().reference()));
    if (updates.isEmpty()) {
      throw new UserException(
          export.run().folder().path()
              + ": '"
              + export.name()
              + "' is no low-rank change of the reference; export it with --as"
              + " folder, or a policy of lora-clp or svd as an adapter");
    }
    if (export.reference().architecture() instanceof DecoderConfig decoder
        && decoder.transposed()) {
      throw new UserException(
          export.run().folder().path()
              + ": the reference stores its matrices transposed, as GPT-2 does, for which no"
              + " adapters are written; export '"
              + export.name()
              + "' with --as folder");
    }
    requireWhole(updates);
    return updates;
  }

  private List<Fact> facts(Written written) {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("stored as", type.name().toLowerCase(Locale.ROOT)));
    facts.add(
        new Fact(
            "rank",
            written.error() == 0
                ? written.rank() + ", exact"
                : String.format(
                    Locale.ROOT,
                    "%d of %d; relative error %.2g",
                    written.rank(),
                    written.exactRank(),
                    written.error())));
    return facts;
  }

  private ObjectNode config(Map<String, Integer> ranks, int greatest) {
    ObjectNode config = new ObjectMapper().createObjectNode();
    config.put("peft_type", "LORA").put("task_type", "CAUSAL_LM");
    config.put(
        "base_model_name_or_path",
        export.run().experiment().model().toAbsolutePath().normalize().toString());
    // Alpha as large as the rank is a scaling of 1.
    config.put("r", greatest).put("lora_alpha", greatest).put("lora_dropout", 0.0);
    config.put("bias", "none").put("fan_in_fan_out", false).put("inference_mode", true);
    ArrayNode modules = config.putArray("target_modules");
    ranks.keySet().forEach(modules::add);
    ObjectNode rankPattern = config.putObject("rank_pattern");
    ObjectNode alphaPattern = config.putObject("alpha_pattern");
    ranks.forEach(
        (module, own) -> {
          if (own != greatest) {
            rankPattern.put(module, own);
            alphaPattern.put(module, own);
          }
        });
    return config;
  }

  /** Returns the module that owns a matrix, in PEFT's words. */
  private String module(String name) {
    if (!name.endsWith(SUFFIX) || name.equals(export.reference().architecture().embedding())) {
      throw new UserException(
          export.run().folder().path()
              + ": '"
              + export.name()
              + "' changes '"
              + name
              + "', for which adapters have no place; export it with --as folder");
    }
    return name.substring(0, name.length() - SUFFIX.length());
  }

  /** Makes sure that reference and changes together are the policy, and that nothing else is. */
  private void requireWhole(Map<String, LowRankUpdate> updates) {
    CausalModel reference = export.reference().model();
    try (NDManager manager = export.manager().newSubManager()) {
      CausalModel policy = export.model(manager, weighting);
      for (Map.Entry<String, NDArray> entry : policy.parameters().asMap().entrySet()) {
        String name = entry.getKey();
        LowRankUpdate update = updates.get(name);
        double difference;
        try (NDArray change = entry.getValue().sub(reference.parameter(name));
            NDArray product =
                update == null ? change.zerosLike() : update.left().matMul(update.right());
            NDArray rest = change.sub(product);
            NDArray absolute = rest.abs();
            NDArray largest = absolute.max();
            NDArray magnitudes = entry.getValue().abs();
            NDArray magnitude = magnitudes.max()) {
          difference = largest.getFloat() / Math.max(1, magnitude.getFloat());
        }
        if (!(difference <= TOLERANCE)) {
          throw new UserException(
              String.format(
                  Locale.ROOT,
                  "%s: '%s' changes '%s' by more than its low-rank change (%.2g); export it with"
                      + " --as folder",
                  export.run().folder().path(),
                  export.name(),
                  name,
                  difference));
        }
      }
    }
  }
}
