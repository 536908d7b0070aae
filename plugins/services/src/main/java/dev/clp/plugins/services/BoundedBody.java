package dev.clp.plugins.services;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/** Reads a body into memory as long as it is no longer than a limit; a longer one fails. */
final class BoundedBody implements BodySubscriber<byte[]> {

  /** A body is longer than the limit. */
  static final class TooLong extends IOException {

    private static final long serialVersionUID = 1L;
  }

  private final BodySubscriber<byte[]> body = BodySubscribers.ofByteArray();
  private final int limit;
  private Subscription subscription;
  private long length;

  /**
   * @param limit the most bytes that are kept
   */
  BoundedBody(int limit) {
    this.limit = limit;
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return body.getBody();
  }

  @Override
  public void onSubscribe(Subscription source) {
    subscription = source;
    body.onSubscribe(source);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    length += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
    if (length > limit) {
      subscription.cancel();
      body.onError(new TooLong());
    } else {
      body.onNext(buffers);
    }
  }

  @Override
  public void onError(Throwable failure) {
    body.onError(failure);
  }

  @Override
  public void onComplete() {
    body.onComplete();
  }
}
