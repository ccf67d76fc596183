package bourse.engine.log;

import java.nio.file.Path;

import bourse.engine.store.FrameScan;
import bourse.engine.store.Recording;
import bourse.engine.store.RecordingReader;

/**
 * What a loss of power leaves of the one write that the archive had not synced. With {@link SyncLevel#POWER} it writes a block of frames, syncs it, and only then
 * counts it as recorded; of the last block the medium may hold any sectors, in any order, so that whole frames follow on missing ones. Nobody was told of it.
 * Cold; before anything of Aeron runs.
 *
 * <p>Damage of what had been synced is told from it by three things: a sector that was never written is zero from end to end, what a flipped bit or a cut leaves is not; a block has
 * no more than {@value #MAX_BYTES} bytes, so nothing is stored further behind; and nothing else knows of an entry there, no snapshot and no event, which is
 * for the caller to see.
 */
final class UnsyncedTail {
    /** Longest block: the archive's {@code fileIoMaxLength}, but for the rare start that {@link ArchiveChunk} gives a longer one; that one is then taken for damage. */
    static final int MAX_BYTES = ArchiveChunk.DEFAULT_LENGTH;

    private UnsyncedTail() {
    }

    /**
     * Where the sound frames of a recording end, if such a tail begins there.
     *
     * @param root      the member's data directory, which says whether it was synced
     * @param recording that was not closed
     * @param end       where the chain of its frames ends
     * @return a position, at most {@code end}; -1 = nothing is missing, or it is damage
     */
    static long begin(final Path root, final Recording recording, final long end) {
        if (DataDirectory.lastSyncLevel(root) != SyncLevel.POWER) {
            return -1;
        }
        final Path archive = DataDirectory.archive(root);
        final long sound = RecordingReader.readLastTerm(archive, recording, end, (buffer, offset, length, from, to) -> { });
        final boolean isMissing = sound < end || EventsTail.nextSound(archive, recording, sound) >= 0;
        return isMissing && FrameScan.isMissingSectors(archive, recording, sound, MAX_BYTES) ? sound : -1;
    }
}
