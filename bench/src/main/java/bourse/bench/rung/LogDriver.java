package bourse.bench.rung;

import bourse.sbe.engine.MessageHeaderEncoder;
import bourse.sbe.engine.StateHashRequestEncoder;
import bourse.services.transport.AeronCommandLog;
import bourse.services.transport.AeronEventSource;
import bourse.services.transport.ShardAddress;
import bourse.services.transport.ShardConnection;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/** Rung {@code log}: into the sequenced log of another process and back by its event stream, as a gateway does. Hot path. Thread: the rig's. */
final class LogDriver implements Driver {
    private static final long SETUP_NS = TimeUnit.SECONDS.toNanos(20);
    private static final int POLL_EVERY = 64;
    private static final int FRAGMENTS = 32;

    private final RoundMessages messages;
    private final ReportReader reports = new ReportReader();
    private final ShardConnection connection;
    private final AeronCommandLog log;
    private final AeronEventSource events;
    private int untilPoll;

    LogDriver(final RoundMessages messages, final ShardAddress address) {
        this.messages = messages;
        connection = new ShardConnection(address, "bench-log", Throwable::printStackTrace).open(null);
        log = new AeronCommandLog(connection);
        events = new AeronEventSource(connection);
        final var setup = new ExpandableArrayBuffer();
        give(setup, ShardHost.defineInstrument(setup));
        give(setup, ShardHost.establish(setup));
        askBookHash();
    }

    private void give(final DirectBuffer setup, final int length) {
        final long giveUpNs = System.nanoTime() + SETUP_NS;
        while (log.offer(setup, 0, length) < 0) {
            log.poll();
            Thread.onSpinWait();
            if (System.nanoTime() - giveUpNs > 0) {
                throw new IllegalStateException("the log took no command within 20 s");
            }
        }
    }

    /** The engine's own word on its book, after everything sent so far. */
    long askBookHash() {
        final var request = new ExpandableArrayBuffer();
        final long before = reports.stateHashes();
        new StateHashRequestEncoder().wrapAndApplyHeader(request, 0, new MessageHeaderEncoder()).correlationId(3);
        give(request, MessageHeaderEncoder.ENCODED_LENGTH + StateHashRequestEncoder.BLOCK_LENGTH);
        final long giveUpNs = System.nanoTime() + SETUP_NS;
        while (reports.stateHashes() == before) {
            log.poll();
            events.poll(reports, FRAGMENTS);
            if (System.nanoTime() - giveUpNs > 0) {
                throw new IllegalStateException("the engine told no hash within 20 s, events=" + reports.events());
            }
        }
        return reports.engineBookHash();
    }

    @Override
    public int send() {
        final int count = messages.next();
        if (log.offer(messages.buffer(), 0, messages.length()) < 0) {
            log.poll();
            return 0;
        }
        messages.sent();
        return count;
    }

    @Override
    public long poll() {
        if (--untilPoll <= 0) {
            untilPoll = POLL_EVERY;
            log.poll();
        }
        events.poll(reports, FRAGMENTS);
        return reports.applied();
    }

    @Override
    public void fold(final StateFold fold) {
        reports.fold(fold);
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(events, log, connection);
        messages.close();
    }
}
