/**
 * An interpreter for chat templates.
 *
 * <p>A {@link dev.clp.runtime.chat.template.Template} is cut into tokens, read into statements and
 * expressions, and rendered over plain Java values by Python's rules: a part of Jinja that is large
 * enough for the templates that models come with. Nothing in it reaches files, classes or the
 * network, and a budget bounds time, size and nesting.
 */
package dev.clp.runtime.chat.template;
