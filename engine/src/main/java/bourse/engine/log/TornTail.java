package bourse.engine.log;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;

import io.aeron.archive.ArchiveTool;
import io.aeron.archive.client.ArchiveException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last frame of a recording, half written when the process was killed (aeron#1812: the archive does not start with it). Cold.
 *
 * <p>Cutting it loses nothing: the archive reports a position only when the whole frame is written, and only then is the command behind it committed.
 */
final class TornTail {
    private static final Logger LOG = LoggerFactory.getLogger(TornTail.class);
    /** Aeron's name for what records are checked with. */
    private static final String CHECKSUM = "CRC-32C";
    private static final String SIGN = "straddling page boundary";

    private TornTail() {
    }

    /** The archive did not start because of one. */
    static boolean isReason(final ArchiveException failure) {
        return failure.getMessage() != null && failure.getMessage().contains(SIGN);
    }

    /**
     * Cuts the last frame of every recording whose checksum is wrong.
     *
     * @throws IllegalStateException when anything else is wrong with a recording: that is for an operator to decide
     */
    static void cut(final Path archiveDirectory) {
        final ByteArrayOutputStream report = new ByteArrayOutputStream();
        final boolean isSound;
        try (PrintStream out = new PrintStream(report, true, StandardCharsets.UTF_8)) {
            isSound = ArchiveTool.verify(out, archiveDirectory.toFile(), EnumSet.noneOf(ArchiveTool.VerifyOption.class),
                    CHECKSUM, file -> {
                        LOG.warn("Last frame was half written when the process ended, cut: {}", file);
                        return true;
                    });
        }
        if (!isSound) {
            throw new IllegalStateException("recordings are damaged beyond a torn last frame, directory=" + archiveDirectory + ": "
                    + report.toString(StandardCharsets.UTF_8).strip());
        }
    }
}
