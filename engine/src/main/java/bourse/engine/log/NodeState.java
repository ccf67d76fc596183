package bourse.engine.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import bourse.engine.store.RecordingCatalog;
import io.aeron.cluster.NodeStateFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster's note of the last term that this member stood or voted for. A member that forgets it could vote twice in one term, and two leaders be elected; one that
 * is alone has only itself to vote for, and the log's terms are in {@code recording.log}. Cold; before anything of Aeron runs.
 */
final class NodeState {
    private static final Logger LOG = LoggerFactory.getLogger(NodeState.class);

    private NodeState() {
    }

    private static Path file(final Path root) {
        return DataDirectory.cluster(root).resolve(NodeStateFile.FILENAME);
    }

    /** What is wrong with it; null = nothing, or there is none. */
    static String damageOf(final Path root) {
        if (!Files.exists(file(root))) {
            return null;
        }
        try (NodeStateFile ignored = new NodeStateFile(DataDirectory.cluster(root).toFile(), false, 0)) {
            return null;
        } catch (final IOException | RuntimeException e) {
            return file(root) + " cannot be read: " + e.getMessage();
        }
    }

    /**
     * A member that is alone begins a new one where the old one is damaged; likewise one of several that ended before it had written its first: it has voted in nothing.
     *
     * @throws IllegalStateException when one of several is damaged
     */
    static void check(final Path root, final boolean isReplicated) {
        final String damage = damageOf(root);
        if (damage == null) {
            return;
        }
        if (isReplicated && !isFirstStart(root)) {
            throw new IllegalStateException(damage + ": this member does not know any more which elections it has voted in. Move its data directory away: it copies another member's");
        }
        LOG.warn("{}; {}, so a new one is begun", damage, isReplicated ? "this member's first start did not come to its end" : "nobody else votes with this member");
        try {
            Files.delete(file(root));
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot be removed: " + file(root), e);
        }
    }

    /** Nothing is in it, and nothing was recorded: the log, and every vote, come after it. */
    private static boolean isFirstStart(final Path root) {
        final Path archive = DataDirectory.archive(root);
        return isUnwritten(file(root)) && (!RecordingCatalog.exists(archive) || RecordingCatalog.read(archive).isEmpty());
    }

    private static boolean isUnwritten(final Path file) {
        try {
            for (final byte one : Files.readAllBytes(file)) {
                if (one != 0) {
                    return false;
                }
            }
            return true;
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot be read: " + file, e);
        }
    }
}
