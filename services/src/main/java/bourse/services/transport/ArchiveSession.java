package bourse.services.transport;

import io.aeron.Aeron;
import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.client.ArchiveProxy;
import io.aeron.archive.client.ControlResponsePoller;
import io.aeron.archive.client.RecordingDescriptorConsumer;
import io.aeron.archive.client.RecordingDescriptorPoller;
import io.aeron.archive.codecs.ControlResponseCode;
import org.agrona.CloseHelper;
import org.agrona.concurrent.NoOpIdleStrategy;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Requests to an archive without ever waiting: each is sent and answered in the course of polls, one at a time, because all answers share
 * one stream. A lost archive is connected again; requests under way are then answered as failed. Thread: one agent.
 */
final class ArchiveSession implements AutoCloseable {
    private static final long REQUEST_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);
    private static final int MAX_RECORDINGS = 4096;

    /** Answer to a request. */
    interface Answer {
        /** @param value the replay's session, or the number of descriptors. */
        void onDone(long value);

        void onFailed(String reason);
    }

    private abstract static class Request {
        final Answer answer;
        long correlationId;
        long sentNs;

        Request(final Answer answer) {
            this.answer = answer;
        }

        abstract boolean send(ArchiveProxy proxy, long controlSessionId);

        RecordingDescriptorConsumer descriptors() {
            return null;
        }
    }

    private final ShardConnection connection;
    private final ArrayDeque<Request> waiting = new ArrayDeque<>();
    private final ConnectAttempts<AeronArchive.AsyncConnect, AeronArchive> attempts;
    private AeronArchive archive;
    private RecordingDescriptorPoller descriptorPoller;
    private Request current;
    private boolean sent;
    private long descriptorCount;

    ArchiveSession(final ShardConnection connection) {
        this.connection = connection;
        attempts = new ConnectAttempts<>(connection, () -> AeronArchive.asyncConnect(context(connection.aeron())), AeronArchive.AsyncConnect::poll);
    }

    /** Lists the recordings whose channel contains {@code channelPart}, oldest first. */
    void listRecordings(
        final String channelPart, final int streamId, final RecordingDescriptorConsumer consumer, final Answer answer) {
        waiting.add(new Request(answer) {
            @Override
            boolean send(final ArchiveProxy proxy, final long controlSessionId) {
                return proxy.listRecordingsForUri(0, MAX_RECORDINGS, channelPart, streamId, correlationId, controlSessionId);
            }

            @Override
            RecordingDescriptorConsumer descriptors() {
                return consumer;
            }
        });
    }

    /** Replays from {@code position} on; goes on with what is still being recorded. */
    void replay(final long recordingId, final long position, final String channel, final int streamId, final Answer answer) {
        waiting.add(new Request(answer) {
            @Override
            boolean send(final ArchiveProxy proxy, final long controlSessionId) {
                return proxy.replay(recordingId, position, AeronArchive.REPLAY_ALL_AND_FOLLOW, channel, streamId, correlationId, controlSessionId);
            }
        });
    }

    void stopReplay(final long replaySessionId) {
        waiting.add(new Request(null) {
            @Override
            boolean send(final ArchiveProxy proxy, final long controlSessionId) {
                return proxy.stopReplay(replaySessionId, correlationId, controlSessionId);
            }
        });
    }

    /** The media driver is gone: nothing that was asked will be answered, and nothing is told to whoever asked. */
    void forget() {
        waiting.clear();
        current = null;
        attempts.forget();
        archive = null;
        descriptorPoller = null;
    }

    /** Requests that are not answered yet. */
    int pending() {
        return waiting.size() + (current == null ? 0 : 1);
    }

    int poll() {
        if (archive == null) {
            return connect();
        }
        if (archive.state() == AeronArchive.State.DISCONNECTED || archive.state() == AeronArchive.State.CLOSED) {
            disconnect("the archive closed the connection");
            return 1;
        }
        if (current == null) {
            current = waiting.poll();
            if (current == null) {
                return 0;
            }
            current.correlationId = connection.aeron().nextCorrelationId();
            current.sentNs = System.nanoTime();
            sent = false;
        }
        if (!sent) {
            sent = current.send(archive.archiveProxy(), archive.controlSessionId());
            if (sent && current.descriptors() != null) {
                descriptorCount = 0;
                descriptorPoller.reset(current.correlationId, MAX_RECORDINGS, this::onDescriptor);
            }
        }
        final int work = sent ? pollAnswer() : 0;
        if (current != null && System.nanoTime() - current.sentNs > REQUEST_TIMEOUT_NS) {
            disconnect("no answer from the archive");
        }
        return work;
    }

    private int pollAnswer() {
        if (current.descriptors() != null) {
            final int work = descriptorPoller.poll();
            if (descriptorPoller.isDispatchComplete()) {
                done(descriptorCount);
            }
            return work;
        }
        final ControlResponsePoller poller = archive.controlResponsePoller();
        final int work = poller.poll();
        if (poller.isPollComplete() && poller.code() != null && poller.correlationId() == current.correlationId) {
            if (poller.code() == ControlResponseCode.OK) {
                done(poller.relevantId());
            } else {
                failed(poller.code() + " " + poller.errorMessage());
            }
        }
        return work;
    }

    private void onDescriptor(
        final long controlSessionId, final long correlationId, final long recordingId, final long startTimestamp, final long stopTimestamp,
        final long startPosition, final long stopPosition, final int initialTermId, final int segmentFileLength,
        final int termBufferLength, final int mtuLength, final int sessionId, final int streamId, final String strippedChannel,
        final String originalChannel, final String sourceIdentity) {
        descriptorCount++;
        current.descriptors().onRecordingDescriptor(controlSessionId, correlationId, recordingId, startTimestamp, stopTimestamp,
            startPosition, stopPosition, initialTermId, segmentFileLength, termBufferLength, mtuLength, sessionId, streamId,
            strippedChannel, originalChannel, sourceIdentity);
    }

    private void done(final long value) {
        final Answer answer = current.answer;
        current = null;
        if (answer != null) {
            answer.onDone(value);
        }
    }

    private void failed(final String reason) {
        final Answer answer = current.answer;
        current = null;
        if (answer != null) {
            answer.onFailed(reason);
        }
    }

    private int connect() {
        archive = attempts.poll();
        if (archive != null) {
            descriptorPoller = new RecordingDescriptorPoller(
                archive.controlResponsePoller().subscription(), connection.errorHandler(), archive.controlSessionId(), 10);
        }
        return attempts.work();
    }

    private void disconnect(final String reason) {
        CloseHelper.quietClose(archive);
        archive = null;
        attempts.pause();
        if (current != null) {
            failed(reason);
        }
        for (Request request = waiting.poll(); request != null; request = waiting.poll()) {
            if (request.answer != null) {
                request.answer.onFailed(reason);
            }
        }
    }

    private AeronArchive.Context context(final Aeron aeron) {
        final ShardAddress address = connection.address();
        return new AeronArchive.Context()
            .aeron(aeron)
            .ownsAeronClient(false)
            .clientName("bourse-events")
            .controlRequestChannel(address.archiveControlChannel())
            .controlRequestStreamId(address.archiveControlStreamId())
            .controlResponseChannel("aeron:ipc?term-length=128k")
            .controlResponseStreamId(ShardConnection.ARCHIVE_RESPONSE_STREAM_ID)
            .idleStrategy(NoOpIdleStrategy.INSTANCE)
            .messageTimeoutNs(REQUEST_TIMEOUT_NS)
            .errorHandler(connection.errorHandler());
    }

    @Override
    public void close() {
        attempts.close();
        CloseHelper.quietClose(archive);
    }
}
