package bourse.engine.store;

import io.aeron.archive.client.AeronArchive;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One recording of the archive.
 *
 * @param stopPosition {@link AeronArchive#NULL_POSITION} while it is written, and after a process that was killed
 * @param channel      as it was asked for
 */
public record Recording(long recordingId, long startPosition, long stopPosition, int initialTermId, int segmentBytes, int termBytes,
                        int streamId, String channel) {
    private static final Pattern SEGMENT = Pattern.compile("(\\d{1,18})-(\\d{1,18})\\.rec");

    /** Position at which the segment that holds {@code position} begins. */
    public long segmentBase(final long position) {
        return AeronArchive.segmentFileBasePosition(startPosition, position, termBytes, segmentBytes);
    }

    /** The file of the segment that begins at {@code basePosition}. */
    public Path segmentFile(final Path archiveDirectory, final long basePosition) {
        return archiveDirectory.resolve(recordingId + "-" + basePosition + ".rec");
    }

    /** Position at which this segment of the recording begins, by its name; -1 = the file is none of its segments. */
    public long basePosition(final Path file) {
        final Matcher name = SEGMENT.matcher(file.getFileName().toString());
        return name.matches() && Long.parseLong(name.group(1)) == recordingId ? Long.parseLong(name.group(2)) : -1;
    }

    /** Where it ends as far as the catalog knows; a recording that is still open has no end. */
    public long knownEnd() {
        return stopPosition == AeronArchive.NULL_POSITION ? Long.MAX_VALUE : stopPosition;
    }
}
