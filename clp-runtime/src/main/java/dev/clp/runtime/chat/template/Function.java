package dev.clp.runtime.chat.template;

/** Something that a template can call. */
@FunctionalInterface
interface Function {

  /**
   * Calls it.
   *
   * @throws TemplateException if the arguments do not suit it
   */
  Object call(Arguments arguments);
}
