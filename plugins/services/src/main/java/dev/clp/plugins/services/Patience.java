package dev.clp.plugins.services;

import java.time.Duration;
import java.util.Optional;

/**
 * How patiently a service is asked.
 *
 * <p>Before the n-th repetition of a request the wait is {@code firstDelay * 2^(n-1)}, at most
 * {@code longestDelay}, a quarter more or less by chance; or what the answer's {@code Retry-After}
 * asks for, at most {@code longestRetryAfter}, and up to two thirds more by chance.
 *
 * <p>After {@code failures} requests in a row without an answer other than 408 and 5xx, those of
 * all threads together, no request is sent for {@code rest}. Then requests are sent again; the
 * first failure ends them once more, and as many successes as {@code concurrency} make everything
 * as at the beginning.
 *
 * @param deadline how long one request may take, from sending to the answer's last byte
 * @param attempts how often a request is sent at most, the first time included
 * @param firstDelay the wait before the first repetition
 * @param longestDelay the longest wait between repetitions, above {@code firstDelay}
 * @param longestRetryAfter the longest wait that the service may ask for
 * @param failures failures in a row after which the service is left alone
 * @param rest how long it is left alone
 * @param concurrency requests at a time, at most
 * @param requestsPerMinute requests that begin in a minute at most, evenly spread; unlimited if
 *     empty
 */
public record Patience(
    Duration deadline,
    int attempts,
    Duration firstDelay,
    Duration longestDelay,
    Duration longestRetryAfter,
    int failures,
    Duration rest,
    int concurrency,
    Optional<Integer> requestsPerMinute) {}
