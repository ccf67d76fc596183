package bourse.engine.log;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import io.aeron.archive.client.ArchiveException;
import io.aeron.exceptions.AeronEvent;
import io.aeron.exceptions.AeronException;

import org.agrona.ErrorHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the parts of the sequenced log report: counted, told, and where it cannot be borne the end of the process. Aeron reports what it noticed but could
 * bear as events and warnings; the rest is the disk, the memory or a bug. Any thread.
 */
final class LogErrors implements ErrorHandler {
    private static final Logger LOG = LoggerFactory.getLogger(LogErrors.class);

    /** In the archive's text, which has no code for it, where a replay finds that what is stored is not what was recorded. */
    private static final List<String> DAMAGES = List.of("CRC checksum mismatch", "unexpected end of recording");

    private final Terminator terminator;
    private final BooleanSupplier isClosing;
    private final BooleanSupplier isServing;
    private final LongSupplier logRecordingId;
    private final AtomicLong count = new AtomicLong();
    private final RepeatedWarnings warnings = new RepeatedWarnings();

    /**
     * @param isClosing      from then on nothing is worth more than a line for those who look
     * @param isServing      the member has replayed its own log; what the archive cannot read then, it reads for somebody else
     * @param logRecordingId whose damage ends the start; that of the events, which others read meanwhile, does not
     */
    LogErrors(final Terminator terminator, final BooleanSupplier isClosing, final BooleanSupplier isServing, final LongSupplier logRecordingId) {
        this.terminator = terminator;
        this.logRecordingId = logRecordingId;
        this.isServing = isServing;
        this.isClosing = isClosing;
    }

    @Override
    public void onError(final Throwable error) {
        if (isClosing.getAsBoolean()) {
            LOG.debug("While closing", error);
            return;
        }
        final boolean isBearable = isBearable(error);
        if (!isBearable || !(error instanceof AeronEvent)) {
            // An event tells what happened, such as an election, which is counted elsewhere.
            count.incrementAndGet();
        }
        final String why = isBearable ? whatCannotGoOn(error) : "the sequenced log has failed";
        if (why == null) {
            final String text = warnings.toTell(error.toString(), System.nanoTime());
            if (text != null) {
                LOG.warn("Sequenced log: {}", text);
            }
        } else {
            LOG.error("Stopping: {}", why, error);
            terminator.terminate(why, error);
        }
    }

    private String whatCannotGoOn(final Throwable error) {
        return isDamageOfLog(error) ? "the log is damaged and cannot be replayed: " + error.getMessage() + TailCheck.WHAT_NOW : ElectionPace.lost(error.getMessage());
    }

    /** The cluster would ask for the same replay for ever. */
    private boolean isDamageOfLog(final Throwable error) {
        return error instanceof ArchiveException && DAMAGES.stream().anyMatch(error.getMessage()::contains) && !isServing.getAsBoolean()
            && error.getMessage().contains("recordingId=" + logRecordingId.getAsLong() + ',');
    }

    private static boolean isBearable(final Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException || cause instanceof ArchiveException e && e.errorCode() == ArchiveException.STORAGE_SPACE) {
                return false;
            }
        }
        return error instanceof AeronEvent || error instanceof AeronException e && e.category() != AeronException.Category.FATAL;
    }

    /** Errors so far; events are none. */
    long count() {
        return count.get();
    }
}
