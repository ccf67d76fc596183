package bourse.marketdata.grpc;

import bourse.marketdata.publisher.EventTranslator;
import bourse.marketdata.publisher.FeedMessageHandler;
import bourse.marketdata.v1.ReplayResponse;
import bourse.sbe.port.EventSource;
import io.grpc.stub.ServerCallStreamObserver;
import org.agrona.DirectBuffer;

/** Messages of the past, translated again from the recorded events as fast as the reader reads. Thread: the market-data agent's. */
final class ReplayStream implements ServedStream, FeedMessageHandler {
    private static final int FRAGMENTS_PER_TURN = 8;
    /** Of recorded events. */
    private static final int BYTES_PER_TURN = 32 * 1024;

    private final EventSource.Cursor cursor;
    private final EventTranslator translator = new EventTranslator(this);
    private final ServerCallStreamObserver<Object> observer;
    private final long fromSeq;
    private final long toSeq;
    private final MessageBatch batch;
    private final EventSource.Handler onEvents = this::onEvents;
    private int bytesLeft;
    private boolean reachedEnd;
    private boolean done;

    /** @param toSeq exclusive */
    ReplayStream(final EventSource.Cursor cursor, final FeedProto proto, final ServerCallStreamObserver<Object> observer,
                 final long fromSeq, final long toSeq) {
        this.cursor = cursor;
        this.batch = new MessageBatch(proto);
        this.observer = observer;
        this.fromSeq = fromSeq;
        this.toSeq = toSeq;
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public int serve(final long nowNs) {
        if (observer.isCancelled()) {
            finish();
            return 0;
        }
        int work = 0;
        bytesLeft = BYTES_PER_TURN;
        for (int i = 0; i < FRAGMENTS_PER_TURN && bytesLeft > 0 && !reachedEnd && observer.isReady(); i++) {
            final int fragments = cursor.poll(onEvents, 1);
            work += fragments;
            if (fragments == 0) {
                if (cursor.isCaughtUp()) {
                    translator.flush();
                    reachedEnd = true;
                } else if (cursor.isCut()) {
                    finish();
                    observer.onError(Refusals.cut());
                    return 1;
                }
                break;
            }
        }
        if (reachedEnd) {
            send();
            finish();
            observer.onCompleted();
        }
        return work;
    }

    private void onEvents(final DirectBuffer buffer, final int offset, final int length) {
        bytesLeft -= length;
        translator.onEvents(buffer, offset, length);
    }

    @Override
    public void onMessage(final long feedSeq, final int templateId, final DirectBuffer buffer, final int offset, final int length) {
        if (feedSeq < fromSeq) {
            return;
        }
        if (feedSeq >= toSeq) {
            reachedEnd = true;
            return;
        }
        batch.add(feedSeq, buffer, offset);
        if (batch.count() >= MessageBatch.MAX_MESSAGES) {
            send();
        }
    }

    private void send() {
        if (batch.count() > 0) {
            observer.onNext(batch.response(ReplayResponse.MESSAGES_FIELD_NUMBER));
            batch.clear();
        }
    }

    private void finish() {
        done = true;
        cursor.close();
    }
}
