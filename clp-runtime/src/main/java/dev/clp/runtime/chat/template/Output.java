package dev.clp.runtime.chat.template;

/** A text that grows within a budget. */
final class Output {

  private final StringBuilder text = new StringBuilder();
  private final Budget budget;

  Output(Budget budget) {
    this.budget = budget;
  }

  Output append(String part) {
    budget.charge(part);
    budget.requireSize((long) text.length() + part.length());
    text.append(part);
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
