package dev.clp.runtime.model.encoder;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.api.Parameters;
import dev.clp.runtime.model.Architecture;
import dev.clp.runtime.model.CheckpointNames;
import dev.clp.runtime.model.ClassifierArchitecture;
import dev.clp.runtime.model.ClassifierFamily;
import dev.clp.runtime.model.ClassifierModel;
import dev.clp.runtime.model.ConfigJson;
import java.util.Map;
import java.util.Set;

/**
 * Encoders with a classification head: a projection of the first token's state, an activation, and
 * a projection to the labels.
 */
public final class EncoderClassifiers implements ClassifierFamily {

  @Override
  public Set<String> modelTypes() {
    return EncoderConfig.modelTypes();
  }

  @Override
  public ClassifierArchitecture read(ConfigJson config, int labels) {
    return new Classifier(EncoderConfig.of(config), labels);
  }

  private record Classifier(EncoderConfig encoder, int labels) implements ClassifierArchitecture {

    @Override
    public String className() {
      return encoder.className();
    }

    @Override
    public int vocabulary() {
      return encoder.vocabulary();
    }

    @Override
    public int maxPositions() {
      return encoder.maxPositions();
    }

    @Override
    public boolean hasPairTemplate() {
      return true;
    }

    @Override
    public Map<String, Shape> body() {
      return encoder.body();
    }

    @Override
    public Map<String, Shape> head() {
      return encoder.headShapes(labels);
    }

    @Override
    public CheckpointNames checkpointNames() {
      return encoder.checkpointNames();
    }

    @Override
    public Architecture.Initial initial(String name) {
      return EncoderConfig.initial(name);
    }

    @Override
    public ObjectNode toJson() {
      return encoder.toJson();
    }

    @Override
    public ClassifierModel model(Parameters parameters) {
      return new Encoder(encoder, parameters)::classify;
    }
  }
}
