package bourse.services.replay;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What a replay must remember to be taken up again. The venue knows which command it expects next, and repeats the account's events and
 * the feed's messages from any number; so the numbers of the beginning are enough to send nothing twice, and to count and compare
 * everything as if nothing had happened. Written, and forced to disk, before the first command is sent.
 *
 * @param flow           digest of the commands and of how they are sent: a cursor belongs to one flow
 * @param sessionId      of every account's session
 * @param clientOrderIds number before the first client order id
 * @param instrumentIds  of the plan's symbols
 * @param firstFeedSeq   first feed message that the replay may have caused; 0 = no feed was followed
 * @param sessions       the beginnings, by account of the plan
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record ReplayState(String flow, long sessionId, long clientOrderIds, List<Integer> instrumentIds, long firstFeedSeq,
                   List<Beginning> sessions) {
    /** @param firstAccountSeq first event that the replay may have caused */
    record Beginning(int account, long firstClientSeq, long firstAccountSeq) {
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The state of an earlier run of the same flow, or null when there is no file. */
    static ReplayState read(final Path file, final String flow) throws IOException {
        if (file == null || !Files.exists(file)) {
            return null;
        }
        final ReplayState state;
        try {
            state = JSON.readValue(file.toFile(), ReplayState.class);
        } catch (final com.fasterxml.jackson.core.JacksonException e) {
            throw new IllegalArgumentException(file + ": not a replay's cursor (" + e.getOriginalMessage()
                    + "); delete it to begin anew, in a venue with an empty book", e);
        }
        if (!flow.equals(state.flow)) {
            throw new IllegalArgumentException(file + ": is the cursor of another replay (expected: the same file, --grouped, --symbol and"
                    + " --account as then); name another --state, or delete it to begin anew, in a venue with an empty book");
        }
        return state;
    }

    void write(final Path file) throws IOException {
        final Path next = file.resolveSibling(file.getFileName() + ".new");
        Files.write(next, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
        try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
