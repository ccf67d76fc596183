package bourse.gateway.session;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.util.ArrayList;
import java.util.List;

import org.agrona.concurrent.UnsafeBuffer;

import bourse.gateway.refusal.RichStatus;
import bourse.order.v1.DuplicateOutcome;
import bourse.order.v1.Event;
import bourse.order.v1.NotApplied;
import bourse.sbe.engine.CommandBatchEncoder;
import bourse.sbe.engine.MessageHeaderEncoder;

/**
 * Commands that came by a unary call, on their way through a session that the gateway keeps for them, until all their outcomes are
 * known. Thread: the agent, but for construction.
 */
public final class SubmitCall {
    /** Where the outcome goes; called once, on the agent's thread. */
    public interface Reply {
        /** @param asOfSeq the account's newest event */
        void outcome(SubmitCall call, long asOfSeq);

        void refused(RichStatus status);
    }

    /**
     * Each account's session of the gateways themselves, for commands that need none of the client's; all gateways share it and take it from
     * each other. No client's session id has this bit.
     */
    public static final long GATEWAYS_SESSION = 1L << 63 | 1;

    private static final int BLOCK_AT = MessageHeaderEncoder.ENCODED_LENGTH;

    final int account;
    final long sessionId;
    final int commandCount;
    final UnsafeBuffer message;
    final Reply reply;
    final long startNs;
    final List<Event> events = new ArrayList<>();
    final List<DuplicateOutcome> duplicates = new ArrayList<>();
    NotApplied notApplied;
    /** 0 = the gateway numbers the commands. */
    long firstClientSeq;
    /** Outcomes up to here were seen. */
    long seenClientSeq;
    boolean touched;
    boolean done;

    /**
     * @param message an SBE {@code CommandBatch} with header, its sequence and epoch still open
     * @param startNs now, by the gateway's clock
     */
    public SubmitCall(final int account, final long sessionId, final long firstClientSeq, final int commandCount, final byte[] message,
                      final Reply reply, final long startNs) {
        this.startNs = startNs;
        this.account = account;
        this.sessionId = sessionId;
        this.firstClientSeq = firstClientSeq;
        this.commandCount = commandCount;
        this.message = new UnsafeBuffer(message);
        this.reply = reply;
    }

    static boolean isGateways(final long sessionId) {
        return sessionId < 0;
    }

    public long firstClientSeq() {
        return firstClientSeq;
    }

    public List<Event> events() {
        return events;
    }

    public List<DuplicateOutcome> duplicates() {
        return duplicates;
    }

    /** Null when the commands were applied. */
    public NotApplied notApplied() {
        return notApplied;
    }

    long lastClientSeq() {
        return firstClientSeq + commandCount - 1;
    }

    boolean covers(final long clientSeq) {
        return clientSeq >= firstClientSeq && clientSeq <= lastClientSeq();
    }

    void stamp(final long firstClientSeq, final int epoch) {
        this.firstClientSeq = firstClientSeq;
        message.putLong(BLOCK_AT + CommandBatchEncoder.firstClientSeqEncodingOffset(), firstClientSeq, LITTLE_ENDIAN);
        message.putInt(BLOCK_AT + CommandBatchEncoder.epochEncodingOffset(), epoch, LITTLE_ENDIAN);
    }
}
