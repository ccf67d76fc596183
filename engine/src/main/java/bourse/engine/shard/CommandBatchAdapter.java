package bourse.engine.shard;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.agrona.UnsafeApi.getByte;
import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.getShort;

import bourse.engine.events.EventPublisher;
import bourse.engine.events.SessionEventPublisher;
import bourse.engine.match.ExtendedTerms;
import bourse.engine.match.Matcher;
import bourse.engine.session.SessionTable;
import bourse.sbe.WireLimits;
import bourse.sbe.engine.CancelReason;
import bourse.sbe.engine.CommandBatchDecoder;
import bourse.sbe.engine.CommandBatchDecoder.CommandsDecoder;
import bourse.sbe.engine.CommandBatchDecoder.ExtensionsDecoder;
import bourse.sbe.engine.CommandKind;
import bourse.sbe.engine.Field;
import bourse.sbe.engine.GroupSizeEncodingDecoder;
import bourse.sbe.engine.RejectReason;
import bourse.sbe.engine.TimeInForce;

import org.agrona.DirectBuffer;

/**
 * {@code CommandBatch} to calls of the matcher: each command once, in the session's order. Hot path. Thread: engine. No allocation.
 *
 * <p>The whole batch is refused when its session, epoch or numbers do not fit; commands that were applied before are answered with what they came
 * to; a command whose numbers mean nothing is rejected and consumes its number like any other refusal.
 *
 * <p>{@link #openGroups} has seen that all commands lie within the message, so their fields are read at (array, address) without another check.
 * Native order is the wire's: {@link EventPublisher} does not load elsewhere.
 */
final class CommandBatchAdapter {
    private static final int GROUP_HEADER_LENGTH = GroupSizeEncodingDecoder.ENCODED_LENGTH;
    private static final int COMMAND_LENGTH = CommandsDecoder.sbeBlockLength();
    private static final int EXTENSION_LENGTH = ExtensionsDecoder.sbeBlockLength();
    private static final int FLAG_EXTENDED = 1 << 4;
    /** Commands from which on reading all targets first is quicker; measured, see RATIONALE.md. */
    private static final int WORTH_PREFETCHING = 8;
    private static final int GTD = TimeInForce.GTD.value();

    private final SessionTable sessions;
    private final AccountRights rights;
    private final EventPublisher publisher;
    private final SessionEventPublisher answers;
    private final Matcher matcher;
    private final ExtendedTerms terms = new ExtendedTerms();

    /** Of the batch's account; null = everything. */
    private AccountRights.Rights limitedTo;
    private long expiryHorizonNs;
    private long prefetched;
    private int extensionAt;
    private int extensionStride;
    private int extensionsLeft;

    CommandBatchAdapter(final SessionTable sessions, final AccountRights rights, final EventPublisher publisher, final SessionEventPublisher answers,
                        final Matcher matcher) {
        this.sessions = sessions;
        this.rights = rights;
        this.publisher = publisher;
        this.answers = answers;
        this.matcher = matcher;
    }

    /** The latest expiry that any GTD order of this life asked for. */
    long expiryHorizonNs() {
        return expiryHorizonNs;
    }

    /** False when the message is too short to say who sent it. */
    boolean onBatch(final DirectBuffer buffer, final int offset, final int blockLength, final int bodyLength) {
        if (blockLength < CommandBatchDecoder.BLOCK_LENGTH) {
            return false;
        }
        final long sessionId = buffer.getLong(offset + CommandBatchDecoder.sessionIdEncodingOffset(), LITTLE_ENDIAN);
        final long firstClientSeq = buffer.getLong(offset + CommandBatchDecoder.firstClientSeqEncodingOffset(), LITTLE_ENDIAN);
        final int account = buffer.getInt(offset + CommandBatchDecoder.accountEncodingOffset(), LITTLE_ENDIAN);
        final long epoch = buffer.getInt(offset + CommandBatchDecoder.epochEncodingOffset(), LITTLE_ENDIAN) & 0xFFFF_FFFFL;

        final int session = sessions.find(account, sessionId);
        if (session == SessionTable.MISSING) {
            answers.onBatchRefused(account, sessionId, epoch, firstClientSeq, 0, RejectReason.UNKNOWN_SESSION.value());
            return true;
        }
        final long nextClientSeq = sessions.nextClientSeq(session);
        final long currentEpoch = sessions.epoch(session);
        final int refusal = refusalOf(session, epoch, currentEpoch, firstClientSeq, nextClientSeq);
        if (refusal != 0) {
            answers.onBatchRefused(account, sessionId, currentEpoch, firstClientSeq, nextClientSeq, refusal);
            return true;
        }
        final int commandAt = openGroups(buffer, offset + blockLength, offset + bodyLength);
        if (commandAt < 0) {
            answers.onBatchRefused(account, sessionId, currentEpoch, firstClientSeq, nextClientSeq, RejectReason.MALFORMED.value());
            return true;
        }
        final int stride = buffer.getShort(offset + blockLength, LITTLE_ENDIAN) & 0xFFFF;
        final int count = buffer.getShort(offset + blockLength + 2, LITTLE_ENDIAN) & 0xFFFF;
        if (count >= WORTH_PREFETCHING && matcher.gainsFromPrefetch()) {
            prefetch(buffer.byteArray(), buffer.addressOffset() + commandAt, stride, count);
        }
        limitedTo = rights.of(account);
        final byte[] array = buffer.byteArray();
        long at = buffer.addressOffset() + commandAt;
        for (int i = 0; i < count; i++, at += stride) {
            final long clientSeq = firstClientSeq + i;
            if (clientSeq < nextClientSeq) {
                onDuplicate(array, at, session, account, sessionId, clientSeq);
            } else {
                publisher.beginCommand(account, sessionId, clientSeq);
                apply(buffer, array, at, account, session);
                sessions.record(session, publisher.outcome());
            }
        }
        publisher.endCommand();
        return true;
    }

    private void prefetch(final byte[] array, final long commandAt, final int stride, final int count) {
        long read = 0;
        long at = commandAt;
        for (int i = 0; i < count; i++, at += stride) {
            final long orderId = getLong(array, at + CommandsDecoder.orderIdEncodingOffset());
            if (orderId != 0) {
                read += matcher.prefetch(orderId);
            }
        }
        prefetched += read;
    }

    private int refusalOf(final int session, final long epoch, final long currentEpoch, final long firstClientSeq,
                          final long nextClientSeq) {
        if (epoch != currentEpoch || !sessions.isOpen(session)) {
            return RejectReason.STALE_EPOCH.value();
        }
        if (firstClientSeq <= 0) {
            return RejectReason.MALFORMED.value();
        }
        return firstClientSeq > nextClientSeq ? RejectReason.SEQUENCE_GAP.value() : 0;
    }

    /** Finds both groups within the message; returns where the first command is, or -1 when they do not fit. */
    private int openGroups(final DirectBuffer buffer, final int groupsAt, final int end) {
        if (groupsAt + GROUP_HEADER_LENGTH > end) {
            return -1;
        }
        final int stride = buffer.getShort(groupsAt, LITTLE_ENDIAN) & 0xFFFF;
        final int count = buffer.getShort(groupsAt + 2, LITTLE_ENDIAN) & 0xFFFF;
        final int commandAt = groupsAt + GROUP_HEADER_LENGTH;
        final int extensionsHeadAt = commandAt + stride * count;
        if (count > WireLimits.MAX_BATCH_COMMANDS || count > 0 && stride < COMMAND_LENGTH || extensionsHeadAt > end) {
            return -1;
        }
        extensionsLeft = 0;
        if (extensionsHeadAt + GROUP_HEADER_LENGTH <= end) {
            extensionStride = buffer.getShort(extensionsHeadAt, LITTLE_ENDIAN) & 0xFFFF;
            extensionsLeft = buffer.getShort(extensionsHeadAt + 2, LITTLE_ENDIAN) & 0xFFFF;
            extensionAt = extensionsHeadAt + GROUP_HEADER_LENGTH;
            if (extensionsLeft > 0
                    && (extensionStride < EXTENSION_LENGTH || extensionAt + extensionStride * extensionsLeft > end)) {
                return -1;
            }
        }
        return commandAt;
    }

    private void onDuplicate(final byte[] array, final long at, final int session, final int account, final long sessionId,
                             final long clientSeq) {
        if ((flagsAt(array, at) & FLAG_EXTENDED) != 0 && extensionsLeft > 0) {
            extensionsLeft--;
            extensionAt += extensionStride;
        }
        if (sessions.isRemembered(session, clientSeq)) {
            answers.onDuplicate(account, sessionId, clientSeq, sessions.outcomeAccountSeq(session, clientSeq),
                    sessions.outcomeOrderId(session, clientSeq), sessions.outcomeTemplateId(session, clientSeq),
                    sessions.outcomeReason(session, clientSeq), false);
        } else {
            answers.onDuplicate(account, sessionId, clientSeq, 0, 0, 0, 0, true);
        }
    }

    private void apply(final DirectBuffer buffer, final byte[] array, final long at, final int account, final int session) {
        final long clientOrderId = getLong(array, at + CommandsDecoder.clientOrderIdEncodingOffset());
        final long orderId = getLong(array, at + CommandsDecoder.orderIdEncodingOffset());
        final long price = getLong(array, at + CommandsDecoder.priceEncodingOffset());
        final long quantity = getLong(array, at + CommandsDecoder.quantityEncodingOffset());
        final int instrumentId = getInt(array, at + CommandsDecoder.instrumentIdEncodingOffset());
        final int kind = getByte(array, at + CommandsDecoder.kindEncodingOffset()) & 0xFF;
        final int side = getByte(array, at + CommandsDecoder.sideEncodingOffset()) & 0xFF;
        final int orderType = getByte(array, at + CommandsDecoder.orderTypeEncodingOffset()) & 0xFF;
        final int timeInForce = getByte(array, at + CommandsDecoder.timeInForceEncodingOffset()) & 0xFF;
        final int stp = getByte(array, at + CommandsDecoder.selfTradePreventionEncodingOffset()) & 0xFF;
        final int flags = flagsAt(array, at);

        boolean isExtended = false;
        if ((flags & FLAG_EXTENDED) != 0) {
            isExtended = extensionsLeft > 0;
            if (isExtended) {
                readTerms(buffer);
            }
        }
        if (!isReadable(kind, flags, isExtended)) {
            final boolean isKnown = kind <= CommandKind.QUOTE.value();
            publisher.onRejected(isKnown ? kind : CommandKind.NONE.value(), instrumentId, account, orderId, clientOrderId,
                    RejectReason.MALFORMED.value(), Field.FLAGS.value(), 0, isKnown ? flags : kind);
            return;
        }
        if (limitedTo != null && isForbidden(kind, instrumentId)) {
            final boolean isInstrument = limitedTo.permits(actionOf(kind));
            publisher.onRejected(kind, instrumentId, account, orderId, clientOrderId, RejectReason.NOT_PERMITTED.value(),
                    isInstrument ? Field.INSTRUMENT.value() : Field.ACCOUNT.value(), 0, isInstrument ? instrumentId : 0);
            return;
        }
        switch (kind) {
            case 1 -> {
                if (timeInForce == GTD && isExtended && terms.expireTimeNs > expiryHorizonNs) {
                    expiryHorizonNs = terms.expireTimeNs;
                }
                matcher.newOrder(account, session, clientOrderId, instrumentId, side, orderType, timeInForce, flags, stp, price,
                        quantity, isExtended ? terms : null);
            }
            case 2 -> matcher.replace(account, orderId, clientOrderId, price, quantity);
            case 3 -> matcher.reduce(account, orderId, clientOrderId, quantity);
            case 4 -> matcher.cancel(account, orderId, clientOrderId);
            case 5 -> matcher.massCancel(account, instrumentId, side, CancelReason.MASS_CANCEL.value());
            default -> matcher.quote(account, session, clientOrderId, instrumentId, flags, stp, price, quantity, terms);
        }
        if (publisher.outcome().templateId() == 0) {
            throw new IllegalStateException("command without an outcome, kind=" + kind + ", account=" + account);
        }
    }

    private static int actionOf(final int kind) {
        return kind == 1 || kind == 2 || kind == CommandKind.QUOTE.value() ? AccountRights.ADD_RISK : AccountRights.TAKE_RISK;
    }

    /** Replacements name no instrument: an account has no orders where it may not trade. */
    private boolean isForbidden(final int kind, final int instrumentId) {
        final int action = actionOf(kind);
        return !limitedTo.permits(action)
                || action == AccountRights.ADD_RISK && kind != 2 && !limitedTo.permitsInstrument(instrumentId);
    }

    private void readTerms(final DirectBuffer buffer) {
        final int at = extensionAt;
        terms.stopPrice = buffer.getLong(at + ExtensionsDecoder.stopPriceEncodingOffset(), LITTLE_ENDIAN);
        terms.displayQuantity = buffer.getLong(at + ExtensionsDecoder.displayQuantityEncodingOffset(), LITTLE_ENDIAN);
        terms.minQuantity = buffer.getLong(at + ExtensionsDecoder.minQuantityEncodingOffset(), LITTLE_ENDIAN);
        terms.expireTimeNs = buffer.getLong(at + ExtensionsDecoder.expireTimeNsEncodingOffset(), LITTLE_ENDIAN);
        terms.offset = buffer.getLong(at + ExtensionsDecoder.offsetEncodingOffset(), LITTLE_ENDIAN);
        terms.limitPrice = buffer.getLong(at + ExtensionsDecoder.limitPriceEncodingOffset(), LITTLE_ENDIAN);
        terms.linkId = buffer.getLong(at + ExtensionsDecoder.linkIdEncodingOffset(), LITTLE_ENDIAN);
        terms.pegReference = buffer.getByte(at + ExtensionsDecoder.pegReferenceEncodingOffset()) & 0xFF;
        extensionAt = at + extensionStride;
        extensionsLeft--;
    }

    /** The rest is for the matcher to check, in the order that it promises. */
    private static boolean isReadable(final int kind, final int flags, final boolean isExtended) {
        return kind >= CommandKind.NEW.value() && kind <= CommandKind.QUOTE.value()
                && (flags & FLAG_EXTENDED) != 0 == isExtended
                && (kind != CommandKind.QUOTE.value() || isExtended);
    }

    private static int flagsAt(final byte[] array, final long at) {
        return getShort(array, at + CommandsDecoder.flagsEncodingOffset()) & 0xFFFF;
    }
}
