package bourse.services.system;

import bourse.admin.v1.GetStateHashRequest;
import bourse.admin.v1.GetStateHashResponse;
import bourse.engine.store.Recording;
import bourse.engine.store.RecordingCatalog;
import bourse.engine.store.RecordingReader;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import bourse.services.client.VenueChannels;
import io.grpc.ManagedChannel;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/** Compares the members of a quiet venue: the hashes of their states, and, once they have ended, their recorded events. */
final class ReplicaCheck {
    private final ReplicatedVenue venue;
    private final Promises promises;

    ReplicaCheck(final ReplicatedVenue venue, final Promises promises) {
        this.venue = venue;
        this.promises = promises;
    }

    /** Ends every member; returns the hash of the book that they all said they have. */
    long killAllAndCompare() throws InterruptedException {
        GetStateHashResponse first = null;
        for (int i = 0; i < venue.count(); i++) {
            venue.awaitServing(i);
            final GetStateHashResponse hash = hash(i);
            final GetStateHashResponse expected = first == null ? hash : first;
            final int member = i;
            promises.check("the same book on all members", hash.getBookHash() == expected.getBookHash(),
                () -> member + ": " + Long.toHexString(hash.getBookHash()) + ", 0: " + Long.toHexString(expected.getBookHash()));
            first = expected;
        }
        Thread.sleep(500);
        // At once: the others would elect a leader, and take back the clients of the first, while that one ends.
        for (int i = 0; i < venue.count(); i++) {
            venue.member(i).killNow();
        }
        for (int i = 0; i < venue.count(); i++) {
            venue.member(i).kill();
        }
        final SortedMap<Long, byte[]> events = events(0);
        for (int i = 1; i < venue.count(); i++) {
            compare(events, events(i), i);
        }
        return first == null ? 0 : first.getBookHash();
    }

    /** A member that was given a copy has fewer of the oldest events; those that two have are the same. */
    private void compare(final SortedMap<Long, byte[]> expected, final SortedMap<Long, byte[]> actual, final int member) {
        promises.check("the same newest event on all members", expected.lastKey().equals(actual.lastKey()),
            () -> member + ": " + actual.lastKey() + ", 0: " + expected.lastKey());
        final long from = Math.max(expected.firstKey(), actual.firstKey());
        final SortedMap<Long, byte[]> common = expected.tailMap(from);
        promises.check("as many events on all members", common.size() == actual.tailMap(from).size(),
            () -> member + ": " + actual.tailMap(from).size() + " fragments, 0: " + common.size());
        common.forEach((eventSeq, fragment) -> promises.check("the same events on all members, byte for byte", Arrays.equals(fragment, actual.get(eventSeq)),
            () -> member + ": the fragment that begins with event " + eventSeq));
    }

    private SortedMap<Long, byte[]> events(final int member) {
        final SortedMap<Long, byte[]> fragments = new TreeMap<>();
        final Path archive = venue.directory(member).resolve("data/log/archive");
        for (final Recording recording : RecordingCatalog.events(archive)) {
            try (RecordingReader reader = new RecordingReader(archive, recording, recording.startPosition())) {
                reader.read(recording.knownEnd(), (buffer, offset, length, start, end) -> {
                    final byte[] fragment = new byte[length];
                    buffer.getBytes(offset, fragment);
                    final EventBatchDecoder batch = new EventBatchDecoder().wrap(buffer, offset + MessageHeaderDecoder.ENCODED_LENGTH,
                        EventBatchDecoder.BLOCK_LENGTH, EventBatchDecoder.SCHEMA_VERSION);
                    fragments.put(batch.firstEventSeq(), fragment);
                });
            }
        }
        return fragments;
    }

    private GetStateHashResponse hash(final int member) {
        final ManagedChannel channel = VenueChannels.plaintext(venue.member(member).endpoints().admin());
        try {
            return venue.member(member).adminWith(venue.keyDir(), channel).getStateHash(GetStateHashRequest.getDefaultInstance());
        } finally {
            channel.shutdownNow();
        }
    }
}
