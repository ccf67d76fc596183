package bourse.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;

import bourse.order.columns.EventRows;
import bourse.order.v1.Batch;
import bourse.order.v1.Cancel;
import bourse.order.v1.ClientFrame;
import bourse.order.v1.Command;
import bourse.order.v1.Establish;
import bourse.order.v1.EstablishAck;
import bourse.order.v1.Event;
import bourse.order.v1.NewOrder;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.ServerFrame;
import bourse.order.v1.Side;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;

/** A client's session by the generated stubs, that checks the numbers of what it receives. */
final class TestSession {
    private static final long WAIT_MS = 5_000;

    final BlockingQueue<ServerFrame> frames = new LinkedBlockingQueue<>();
    final BlockingQueue<Status> ended = new LinkedBlockingQueue<>();
    final List<Event> events = new ArrayList<>();
    volatile Throwable failure;
    ClientCallStreamObserver<ClientFrame> call;
    long firstAccountSeq;
    long nextAccountSeq;
    long appliedClientSeq;
    /** How many of the events came in columns. */
    int columnEvents;

    static TestSession open(final ManagedChannel channel, final String token) {
        return open(channel, token, true);
    }

    static TestSession open(final ManagedChannel channel, final String token, final boolean reading) {
        final TestSession session = new TestSession();
        final StreamObserver<ServerFrame> observer = new ClientResponseObserver<ClientFrame, ServerFrame>() {
            @Override
            public void beforeStart(final ClientCallStreamObserver<ClientFrame> requestStream) {
                session.call = requestStream;
                if (!reading) {
                    requestStream.disableAutoRequestWithInitial(0);
                }
            }

            @Override
            public void onNext(final ServerFrame frame) {
                session.frames.add(frame);
            }

            @Override
            public void onError(final Throwable t) {
                session.failure = t;
                session.ended.add(Status.fromThrowable(t));
            }

            @Override
            public void onCompleted() {
                session.ended.add(Status.OK);
            }
        };
        Venue.with(OrderEntryGrpc.newStub(channel), token).session(observer);
        return session;
    }

    static TestSession established(final ManagedChannel channel, final String token, final long sessionId) throws Exception {
        final TestSession session = open(channel, token);
        session.establish(sessionId, terms -> {
        });
        session.ack();
        return session;
    }

    void establish(final long sessionId, final Consumer<Establish.Builder> terms) {
        final Establish.Builder establish = Establish.newBuilder().setSessionId(sessionId);
        terms.accept(establish);
        call.onNext(ClientFrame.newBuilder().setEstablish(establish).build());
    }

    EstablishAck ack() throws Exception {
        final ServerFrame frame = await(one -> one.hasEstablishAck());
        return frame.getEstablishAck();
    }

    void send(final long firstClientSeq, final Command... commands) {
        call.onNext(ClientFrame.newBuilder().setBatch(Batch.newBuilder().setFirstClientSeq(firstClientSeq).addAllCommands(List.of(commands)))
            .build());
    }

    static Command order(final long clientOrderId, final Side side, final long price, final long quantity) {
        return Command.newBuilder().setNew(NewOrder.newBuilder().setClientOrderId(clientOrderId).setInstrumentId(FakeEngine.INSTRUMENT)
            .setSide(side).setPrice(price).setQuantity(quantity)).build();
    }

    static Command cancel(final long clientOrderId) {
        return Command.newBuilder().setCancel(Cancel.newBuilder().setClientOrderId(clientOrderId)).build();
    }

    /** Takes frames until one fits. */
    ServerFrame await(final Predicate<ServerFrame> wanted) throws Exception {
        final long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WAIT_MS);
        while (System.nanoTime() < deadline) {
            final ServerFrame frame = frames.poll(10, TimeUnit.MILLISECONDS);
            if (frame != null) {
                take(frame);
                if (wanted.test(frame)) {
                    return frame;
                }
            } else if (!ended.isEmpty() && frames.isEmpty()) {
                throw new AssertionError("the stream ended: " + ended.peek());
            }
        }
        throw new AssertionError("nothing fitting within " + WAIT_MS + " ms; events so far: " + events);
    }

    private void take(final ServerFrame frame) {
        appliedClientSeq = Math.max(appliedClientSeq, frame.getAppliedClientSeq());
        final int rows = EventRows.count(frame.getEventColumns());
        if (rows + frame.getEventsCount() > 0) {
            if (nextAccountSeq != 0 && frame.getFirstAccountSeq() != nextAccountSeq) {
                throw new AssertionError("hole or repeat: first_account_seq " + frame.getFirstAccountSeq() + ", expected " + nextAccountSeq);
            }
            if (firstAccountSeq == 0) {
                firstAccountSeq = frame.getFirstAccountSeq();
            }
            nextAccountSeq = frame.getFirstAccountSeq() + rows + frame.getEventsCount();
            columnEvents += rows;
            for (int row = 0; row < rows; row++) {
                events.add(EventRows.event(frame.getEventColumns(), row));
            }
            events.addAll(frame.getEventsList());
        }
    }

    /** Takes frames until so many events have come in all. */
    List<Event> awaitEvents(final int count) throws Exception {
        if (events.size() < count) {
            await(frame -> events.size() >= count);
        }
        return events;
    }

    void awaitApplied(final long clientSeq) throws Exception {
        if (appliedClientSeq < clientSeq) {
            await(frame -> appliedClientSeq >= clientSeq);
        }
    }

    Status awaitEnd() throws Exception {
        final Status status = ended.poll(WAIT_MS, TimeUnit.MILLISECONDS);
        if (status == null) {
            throw new AssertionError("the stream did not end within " + WAIT_MS + " ms");
        }
        ended.add(status);
        return status;
    }

    ErrorInfo errorInfo() throws Exception {
        return errorInfo(failure);
    }

    static ErrorInfo errorInfo(final Throwable failure) throws Exception {
        final com.google.rpc.Status rich = StatusProto.fromThrowable(failure);
        for (final Any detail : rich.getDetailsList()) {
            if (detail.is(ErrorInfo.class)) {
                return detail.unpack(ErrorInfo.class);
            }
        }
        throw new AssertionError("no ErrorInfo in " + rich);
    }
}
