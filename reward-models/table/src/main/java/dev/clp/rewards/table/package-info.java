/**
 * A reward that is written down: a table has the score of every response to every prompt.
 *
 * <p>Real rewards are functions of a text, and the best policy under them is unknown. Where all
 * responses can be listed, the reward may as well be listed too; then the best policy follows in
 * closed form, and a mechanism can be measured against it. Several objectives share a file and read
 * a column each. The component's name is {@code table}.
 */
package dev.clp.rewards.table;
