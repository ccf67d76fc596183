package bourse.marketdata.receiver;

/**
 * What a receiver has met, from its start. Written by the receiver's thread without fences; another thread that reads gets recent, not
 * exact, figures.
 */
public final class ReceiverCounters {
    /** Packets by line: 0 = A, 1 = B, 2 = everything else. */
    final long[] packets = new long[3];
    final long[] duplicates = new long[3];
    long messages;
    long malformedPackets;
    long foreignPackets;
    long unknownTemplates;
    long gaps;
    long requestedMessages;
    long requests;
    long refusals;
    long retransmitted;
    long lostMessages;
    long snapshots;
    long rejectedSnapshots;
    long checksumsVerified;
    long checksumsFailed;
    long desyncs;
    long lastRecoveryNs;
    long longestRecoveryNs;

    ReceiverCounters() {
    }

    /** Packets of a line that were well formed: 0 = A, 1 = B, 2 = snapshots and retransmissions. */
    public long packets(final int line) {
        return packets[line];
    }

    /** Of these, packets that brought nothing new. */
    public long duplicates(final int line) {
        return duplicates[line];
    }

    /** Numbered messages handed on in order. */
    public long messages() {
        return messages;
    }

    /** Packets that were torn, had a wrong CRC, or lengths that do not add up. */
    public long malformedPackets() {
        return malformedPackets;
    }

    /** Packets of another channel or of an epoch that is over. */
    public long foreignPackets() {
        return foreignPackets;
    }

    /** Messages of templates that this build does not know. */
    public long unknownTemplates() {
        return unknownTemplates;
    }

    /** Gaps after both lines were put together. */
    public long gaps() {
        return gaps;
    }

    /** Requests sent. */
    public long requests() {
        return requests;
    }

    /** Messages asked for. */
    public long requestedMessages() {
        return requestedMessages;
    }

    /** Requests refused. */
    public long refusals() {
        return refusals;
    }

    /** Messages that came because they were asked for and were still missing. */
    public long retransmitted() {
        return retransmitted;
    }

    /** Messages given up. */
    public long lostMessages() {
        return lostMessages;
    }

    /** Snapshots taken into a book. */
    public long snapshots() {
        return snapshots;
    }

    /** Complete snapshots that could not be used: wrong checksum, or older than what is kept. */
    public long rejectedSnapshots() {
        return rejectedSnapshots;
    }

    /** Book checksums that agreed. */
    public long checksumsVerified() {
        return checksumsVerified;
    }

    /** Book checksums that did not. */
    public long checksumsFailed() {
        return checksumsFailed;
    }

    /** Books that were found not to be the venue's. */
    public long desyncs() {
        return desyncs;
    }

    /** Time from noticing the latest gap to its end. */
    public long lastRecoveryNs() {
        return lastRecoveryNs;
    }

    /** The longest such time. */
    public long longestRecoveryNs() {
        return longestRecoveryNs;
    }
}
