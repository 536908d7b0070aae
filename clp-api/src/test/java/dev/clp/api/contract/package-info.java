/**
 * The contracts as tests: what every component of a kind must do, checked for yours.
 *
 * <p>Extend the class of your component's kind, such as {@link
 * dev.clp.api.contract.RewardModelContract}, in your own tests and return your factory; JUnit then
 * runs one test per clause. Options that have no default, and inputs on which your component shows
 * what it does, are methods to override. {@link dev.clp.api.contract.ConditionerContract} runs
 * mechanisms on {@link dev.clp.api.contract.TinyModel}, with DJL's PyTorch engine, which must be on
 * the test class path.
 */
package dev.clp.api.contract;
