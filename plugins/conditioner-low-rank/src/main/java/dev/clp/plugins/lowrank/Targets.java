package dev.clp.plugins.lowrank;

import dev.clp.api.Model;
import dev.clp.api.ParameterGroup;
import java.util.stream.Stream;

/** Which matrices get adapters. */
public enum Targets {
  /** The projections of every attention block. */
  ATTENTION,
  /** The projections of every feed-forward block. */
  MLP,
  /** The projections of both. */
  BOTH;

  /** Returns the names of the matrices; vectors, such as biases, have no rank to lower. */
  Stream<String> of(Model model) {
    Stream<ParameterGroup> groups =
        switch (this) {
          case ATTENTION -> Stream.of(ParameterGroup.ATTENTION);
          case MLP -> Stream.of(ParameterGroup.MLP);
          case BOTH -> Stream.of(ParameterGroup.ATTENTION, ParameterGroup.MLP);
        };
    return groups
        .flatMap(group -> model.names(group).stream())
        .filter(name -> model.parameter(name).getShape().dimension() == 2);
  }
}
