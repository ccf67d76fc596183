package bourse.gateway.telemetry;

/**
 * What became of one sampled batch, stage by stage, in nanoseconds since the epoch by this host's clock. Which batch it was is told by account, session and
 * client sequence, from which every process makes the same trace id, so that nothing has to be carried but the sign that it is sampled.
 *
 * @param commands   in the batch
 * @param receivedNs its last byte was read from the network
 * @param offeredNs  the log took it from the agent
 * @param logTimeNs  the log's time of its entry: when its leader put it in order
 * @param readNs     its first event reached the agent
 * @param sentNs     its frame was handed to the network
 * @param eventSeq   of its first event
 */
public record BatchTrace(int account, long sessionId, long firstClientSeq, int commands, long receivedNs, long offeredNs, long logTimeNs, long readNs,
                         long sentNs, long logPosition, long eventSeq) {

    /** Who gets them. Called on the agent's thread; must not block. */
    @FunctionalInterface
    public interface Sink {
        void take(BatchTrace trace);
    }

    /** Upper half of the trace id of a batch. */
    public static long traceIdHigh(final int account, final long sessionId) {
        return mix(mix(account) ^ sessionId) | 1;
    }

    /** Lower half of it. */
    public static long traceIdLow(final long firstClientSeq, final long receivedNs) {
        return mix(mix(firstClientSeq) ^ receivedNs) | 1;
    }

    /** Of the span of the whole batch, which those of its stages hang on. */
    public static long rootSpanId(final long traceIdHigh, final long traceIdLow) {
        return mix(traceIdHigh ^ traceIdLow) | 1;
    }

    /** SplitMix64's finaliser (Steele, Lea, Flood 2014). */
    private static long mix(final long value) {
        long z = value + 0x9E37_79B9_7F4A_7C15L;
        z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
        return z ^ z >>> 31;
    }
}
