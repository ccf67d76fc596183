package bourse.engine.log;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;

import org.agrona.CloseHelper;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/** An {@link AeronLog} in directories of its own, with a client. */
final class AeronRig implements SequencedLogContract.Rig {
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(15);

    private final AeronLogConfig config;
    private final Terminator terminator;
    private List<SnapshotPart> parts = List.of();
    private AeronLog log;
    private AgentRunner runner;
    private LogClient client;
    private volatile String ended;

    AeronRig(final Path directory, final AeronLayout layout) {
        this(directory, layout, (reason, cause) -> { });
    }

    AeronRig(final Path directory, final AeronLayout layout, final Terminator terminator) {
        this(small(directory).withLayout(layout), terminator);
    }

    AeronRig(final AeronLogConfig config, final Terminator terminator) {
        this.config = config;
        this.terminator = (reason, cause) -> {
            ended = reason + ": " + cause;
            terminator.terminate(reason, cause);
        };
    }

    /** Little memory; shared memory beside the data so that tests never meet. */
    static AeronLogConfig small(final Path directory) {
        return AeronLogConfig.of(directory.resolve("data")).withAeronDirectory(directory.resolve("aeron"))
                .withTerms(1 << 20, 1 << 20, 1 << 20);
    }

    /** Written with each snapshot of what is started next. */
    AeronRig with(final SnapshotPart... saved) {
        parts = List.of(saved);
        return this;
    }

    /** @throws IllegalStateException when the log ended itself instead */
    @Override
    public AeronLog start(final LogListener service) {
        log = AeronLog.launch(config, service, new SnapshotSetup(() -> Replica.of(new TranscriptService()), parts), terminator);
        if (config.layout() == AeronLayout.ONE_THREAD) {
            runner = new AgentRunner(new BackoffIdleStrategy(), Throwable::printStackTrace, null, log.agent());
            AgentRunner.startOnThread(runner);
        }
        runUntil(() -> log.isLeader() || ended != null);
        if (ended != null) {
            throw new IllegalStateException(ended);
        }
        client = new LogClient(log.aeronDirectoryName(), null, AeronLog.EGRESS_STREAM_ID);
        runUntil(client::poll);
        return log;
    }

    AeronLog log() {
        return log;
    }

    LogClient client() {
        return client;
    }

    @Override
    public void submit(final byte[] command) {
        final UnsafeBuffer buffer = new UnsafeBuffer(command);
        runUntil(() -> client.poll() && client.offer(buffer, 0, command.length) > 0);
    }

    @Override
    public void crash() {
        stop();
    }

    private void stop() {
        CloseHelper.closeAll(client, runner, log);
        client = null;
        runner = null;
        log = null;
    }

    @Override
    public void runUntil(final BooleanSupplier reached) {
        final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("not reached in time");
            }
            if (client != null) {
                client.poll();
            }
            Thread.yield();
        }
    }

    @Override
    public List<Long> recordedEventSeqs() {
        final List<Long> numbers = new ArrayList<>();
        final EventBatchDecoder batch = new EventBatchDecoder();
        final MessageHeaderDecoder header = new MessageHeaderDecoder();
        EventReader.readRecorded(log.aeronDirectoryName(), (buffer, offset, length) ->
                numbers.add(batch.wrapAndApplyHeader(buffer, offset, header).firstEventSeq()));
        return numbers;
    }

    @Override
    public void close() {
        stop();
    }
}
