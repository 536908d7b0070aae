/**
 * A reward for responses that mention given keywords.
 *
 * <p>It serves to steer content: whether a brand is named, a warning given, a set of topics
 * covered. It looks for whole words and needs neither references nor a model. As a reward to be
 * maximised on its own it invites a bare list of the keywords, so set it against another one.
 */
package dev.clp.rewards.keyword;
