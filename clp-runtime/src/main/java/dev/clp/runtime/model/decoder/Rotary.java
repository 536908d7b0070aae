package dev.clp.runtime.model.decoder;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Rotary positions (Su et al., 2021): pair i of a head's numbers turns by {@code position /
 * wavelength[i]} radians, so that products of queries and keys depend on their distance. What
 * stretches a model past the length that it was trained for changes the wavelengths.
 */
sealed interface Rotary {

  /**
   * Returns how many positions each pair takes to turn by one radian.
   *
   * @param length the tokens of the sequence that is read, at least 1
   */
  List<Double> wavelengths(int length);

  /** Returns what the rotated numbers are multiplied by. */
  default double magnitude() {
    return 1;
  }

  /** Returns whether a sequence of this length is read otherwise than one of a token less. */
  default boolean changesAt(int length) {
    return length > 1 && !wavelengths(length).equals(wavelengths(length - 1));
  }

  /**
   * The same wavelengths for every length.
   *
   * @param wavelengths one per pair
   * @param magnitude see {@link #magnitude}
   */
  record Fixed(List<Double> wavelengths, double magnitude) implements Rotary {

    public Fixed {
      wavelengths = List.copyOf(wavelengths);
    }

    @Override
    public List<Double> wavelengths(int length) {
      return wavelengths;
    }
  }

  /**
   * Wavelengths that grow with the sequence once it passes the length of training ("dynamic NTK").
   *
   * @param theta the base
   * @param width the rotated numbers of a head
   * @param factor how strongly the base grows
   * @param original the length of training, in tokens
   */
  record Dynamic(double theta, int width, double factor, int original) implements Rotary {

    @Override
    public List<Double> wavelengths(int length) {
      double reach = (double) Math.max(length, original) / original;
      double stretch = Math.pow(factor * reach - (factor - 1), width / (width - 2.0));
      return plain(theta * stretch, width);
    }
  }

  /**
   * Two sets of wavelengths (LongRoPE, Ding et al., 2024): sequences up to the length of training
   * have the first, longer ones the second.
   *
   * @param within one per pair
   * @param beyond one per pair
   * @param original the length of training, in tokens
   * @param magnitude see {@link #magnitude}
   */
  record LongRope(List<Double> within, List<Double> beyond, int original, double magnitude)
      implements Rotary {

    public LongRope {
      within = List.copyOf(within);
      beyond = List.copyOf(beyond);
    }

    @Override
    public List<Double> wavelengths(int length) {
      return length > original ? beyond : within;
    }
  }

  /** Returns the wavelengths {@code theta^(2 i / width)} without any scaling. */
  static List<Double> plain(double theta, int width) {
    return IntStream.range(0, width / 2)
        .mapToObj(pair -> Math.pow(theta, 2.0 * pair / width))
        .toList();
  }
}
