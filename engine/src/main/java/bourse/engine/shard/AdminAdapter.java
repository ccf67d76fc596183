package bourse.engine.shard;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.charset.StandardCharsets;

import bourse.engine.events.EventPublisher;
import bourse.engine.events.SequenceTable;
import bourse.engine.events.SessionEventPublisher;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.MatcherLimits;
import bourse.sbe.engine.AccountQueryDecoder;
import bourse.sbe.engine.CancelOrdersDecoder;
import bourse.sbe.engine.ChangeInstrumentDecoder;
import bourse.sbe.engine.DefineInstrumentDecoder;
import bourse.sbe.engine.Field;
import bourse.sbe.engine.RejectReason;
import bourse.sbe.engine.ScheduleTradingStateDecoder;
import bourse.sbe.engine.SetAccountLimitsDecoder;
import bourse.sbe.engine.SetAccountRightsDecoder;
import bourse.sbe.engine.SetKillSwitchDecoder;
import bourse.sbe.engine.SetTradingStateDecoder;
import bourse.sbe.engine.StateHashRequestDecoder;
import bourse.sbe.engine.TradingState;
import bourse.sbe.engine.TransferAssetDecoder;

import org.agrona.DirectBuffer;

/** What administrators ask of a shard; each command is answered with one {@code AdminOutcome} or {@code StateHash}. Cold. Thread: engine. */
final class AdminAdapter {
    private static final int MAX_DECIMALS = 18;

    private final Shard shard;
    private final ShardConfig config;
    private final InstrumentRegistry registry;
    private final SequenceTable instruments;
    private final EventPublisher publisher;
    private final SessionEventPublisher answers;
    private final MatchingState matching;
    private final AccountAdapter accountCommands;

    AdminAdapter(final Shard shard, final ShardConfig config, final InstrumentRegistry registry, final SequenceTable instruments,
                 final EventPublisher publisher, final SessionEventPublisher answers, final MatchingState matching,
                 final AccountAdapter accountCommands) {
        this.accountCommands = accountCommands;
        this.shard = shard;
        this.config = config;
        this.registry = registry;
        this.instruments = instruments;
        this.publisher = publisher;
        this.answers = answers;
        this.matching = matching;
    }

    /** False when the template is unknown or the block too short for it. */
    boolean onCommand(final int templateId, final DirectBuffer buffer, final int offset, final int blockLength, final int bodyLength) {
        publisher.endCommand();
        return switch (templateId) {
            case DefineInstrumentDecoder.TEMPLATE_ID -> blockLength >= DefineInstrumentDecoder.BLOCK_LENGTH
                    && onDefineInstrument(new DefineInstrumentDecoder().wrap(buffer, offset, blockLength, 0));
            case SetTradingStateDecoder.TEMPLATE_ID -> blockLength >= SetTradingStateDecoder.BLOCK_LENGTH
                    && onSetTradingState(new SetTradingStateDecoder().wrap(buffer, offset, blockLength, 0));
            case ScheduleTradingStateDecoder.TEMPLATE_ID -> blockLength >= ScheduleTradingStateDecoder.BLOCK_LENGTH
                    && onSchedule(new ScheduleTradingStateDecoder().wrap(buffer, offset, blockLength, 0));
            case SetAccountLimitsDecoder.TEMPLATE_ID -> blockLength >= SetAccountLimitsDecoder.BLOCK_LENGTH
                    && accountCommands.onSetLimits(new SetAccountLimitsDecoder().wrap(buffer, offset, blockLength, 0));
            case TransferAssetDecoder.TEMPLATE_ID -> blockLength >= TransferAssetDecoder.BLOCK_LENGTH
                    && accountCommands.onTransfer(new TransferAssetDecoder().wrap(buffer, offset, blockLength, 0));
            case SetKillSwitchDecoder.TEMPLATE_ID -> blockLength >= SetKillSwitchDecoder.BLOCK_LENGTH
                    && accountCommands.onSetKillSwitch(new SetKillSwitchDecoder().wrap(buffer, offset, blockLength, 0));
            case CancelOrdersDecoder.TEMPLATE_ID -> blockLength >= CancelOrdersDecoder.BLOCK_LENGTH
                    && accountCommands.onCancelOrders(new CancelOrdersDecoder().wrap(buffer, offset, blockLength, 0));
            case ChangeInstrumentDecoder.TEMPLATE_ID -> blockLength >= ChangeInstrumentDecoder.BLOCK_LENGTH
                    && onChangeInstrument(new ChangeInstrumentDecoder().wrap(buffer, offset, blockLength, 0));
            case StateHashRequestDecoder.TEMPLATE_ID -> blockLength >= StateHashRequestDecoder.BLOCK_LENGTH
                    && onStateHashRequest(buffer.getLong(offset, LITTLE_ENDIAN));
            case SetAccountRightsDecoder.TEMPLATE_ID -> blockLength >= SetAccountRightsDecoder.BLOCK_LENGTH
                    && accountCommands.onSetRights(new SetAccountRightsDecoder().wrap(buffer, offset, blockLength, 0), buffer, offset + blockLength,
                            offset + bodyLength);
            case AccountQueryDecoder.TEMPLATE_ID -> blockLength >= AccountQueryDecoder.BLOCK_LENGTH
                    && accountCommands.onQuery(new AccountQueryDecoder().wrap(buffer, offset, blockLength, 0));
            default -> false;
        };
    }

    private boolean onStateHashRequest(final long correlationId) {
        answers.onStateHash(correlationId, matching.matcher().bookHash(), shard.stateHash(), matching.orderCount());
        return true;
    }

    private boolean onSetTradingState(final SetTradingStateDecoder command) {
        final int instrumentId = (int) command.instrumentId();
        final int state = command.stateRaw();
        int reason = RejectReason.NONE.value();
        int field = Field.NONE.value();
        long changed = 0;
        if (state > TradingState.CLOSED.value()) {
            reason = RejectReason.MALFORMED.value();
        } else if (instrumentId == 0) {
            for (final InstrumentSpec spec : registry.inOrder()) {
                final int refusal = matching.matcher().setTradingState(spec.instrumentId(), state);
                changed += refusal == 0 ? 1 : 0;
                reason = reason == 0 ? refusal : reason;
            }
        } else if (registry.byId(instrumentId) == null) {
            reason = RejectReason.UNKNOWN_INSTRUMENT.value();
            field = Field.INSTRUMENT.value();
        } else {
            reason = matching.matcher().setTradingState(instrumentId, state);
            changed = reason == 0 ? 1 : 0;
        }
        answers.onAdminOutcome(command.correlationId(), changed, 0, instrumentId, reason, field);
        return true;
    }

    private boolean onSchedule(final ScheduleTradingStateDecoder command) {
        final int instrumentId = (int) command.instrumentId();
        int refusal = 0;
        long cleared = 0;
        if (instrumentId != 0 && registry.byId(instrumentId) == null) {
            refusal = RejectReason.UNKNOWN_INSTRUMENT.value() | Field.INSTRUMENT.value() << 8;
        } else if (command.atNs() == 0) {
            cleared = shard.schedule().clear(instrumentId);
        } else {
            refusal = shard.schedule().add(command.atNs(), command.everyNs(), instrumentId, command.stateRaw(), shard.timeNs());
        }
        answers.onAdminOutcome(command.correlationId(), cleared, 0, instrumentId, refusal & 0xFF, refusal >>> 8);
        return true;
    }

    private boolean onDefineInstrument(final DefineInstrumentDecoder command) {
        final InstrumentSpec spec = specOf(command);
        final InstrumentSpec known = registry.byId(spec.instrumentId());
        int reason = RejectReason.NONE.value();
        int field = Field.NONE.value();
        if (known == null || !known.equals(spec) && !matching.matcher().instrument(known.instrumentId()).at(spec.referencePrice(), spec.state()).equals(spec)) {
            field = fieldOutOfRange(spec);
            if (field != 0) {
                reason = RejectReason.MALFORMED.value();
            } else if (known != null || registry.bySymbol(spec.symbol()) != null) {
                reason = RejectReason.ALREADY_EXISTS.value();
                field = Field.INSTRUMENT.value();
            } else {
                reason = define(spec);
                field = reason == 0 ? 0 : Field.INSTRUMENT.value();
            }
        }
        answers.onAdminOutcome(command.correlationId(), spec.instrumentId(), 0, spec.instrumentId(), reason, field);
        return true;
    }

    private int define(final InstrumentSpec spec) {
        if (instruments.size() == config.maxInstruments()) {
            return RejectReason.CAPACITY.value();
        }
        try {
            matching.matcher().defineInstrument(spec);
        } catch (final IllegalArgumentException refusedByMatcher) {
            return RejectReason.MALFORMED.value();
        }
        instruments.slotOrAdd(spec.instrumentId());
        registry.add(spec);
        publisher.onInstrumentDefined(spec);
        return RejectReason.NONE.value();
    }

    /** The registry keeps the definition, so that the configuration that made it is accepted again; the matcher has what is valid now. */
    private boolean onChangeInstrument(final ChangeInstrumentDecoder command) {
        final int instrumentId = (int) command.instrumentId();
        final long before = matching.orderCount();
        int reason;
        int field = Field.INSTRUMENT.value();
        if (registry.byId(instrumentId) == null) {
            reason = RejectReason.UNKNOWN_INSTRUMENT.value();
        } else if (InstrumentChange.isUnknown(command)) {
            reason = RejectReason.MALFORMED.value();
            field = Field.FLAGS.value();
        } else {
            final InstrumentSpec changed = InstrumentChange.apply(command, matching.matcher().instrument(instrumentId));
            final int wrong = fieldOutOfRange(changed);
            reason = wrong != 0 ? RejectReason.MALFORMED.value() : change(changed);
            field = wrong != 0 ? wrong : field;
        }
        answers.onAdminOutcome(command.correlationId(), before - matching.orderCount(), 0, instrumentId, reason, reason == 0 ? 0 : field);
        return true;
    }

    private int change(final InstrumentSpec spec) {
        try {
            return matching.matcher().changeInstrument(spec);
        } catch (final IllegalArgumentException refusedByMatcher) {
            return RejectReason.MALFORMED.value();
        }
    }

    /** A definition without an id means the instrument that already has its symbol, else the next free id. */
    private InstrumentSpec specOf(final DefineInstrumentDecoder command) {
        final String symbol = text(command.symbol());
        int instrumentId = (int) command.instrumentId();
        if (instrumentId == 0) {
            final InstrumentSpec sameSymbol = registry.bySymbol(symbol);
            instrumentId = sameSymbol != null ? sameSymbol.instrumentId() : registry.nextFreeId();
        }
        return new InstrumentSpec(instrumentId, symbol, text(command.baseAsset()), text(command.quoteAsset()),
                command.priceDecimals(), command.quantityDecimals(), command.tickSize(), command.lotSize(), command.minPrice(),
                command.maxPrice(), command.maxQuantity(), command.maxNotional(), command.priceBand(), command.referencePrice(),
                command.marketProtection(), command.makerFeeRate(), command.takerFeeRate(), command.riskChecked() != 0,
                command.stateRaw());
    }

    private static int fieldOutOfRange(final InstrumentSpec spec) {
        if (spec.instrumentId() <= 0 || spec.instrumentId() > MatcherLimits.MAX_INSTRUMENTS || !isSymbol(spec.symbol())) {
            return Field.INSTRUMENT.value();
        }
        final boolean isPriceInRange = spec.tickSize() > 0 && spec.minPrice() > 0 && spec.maxPrice() >= spec.minPrice()
                && spec.maxPrice() <= MatcherLimits.MAX_PRICE && spec.priceBand() >= 0 && spec.referencePrice() >= 0
                && spec.marketProtection() >= 0 && spec.priceDecimals() <= MAX_DECIMALS;
        if (!isPriceInRange) {
            return Field.PRICE.value();
        }
        final boolean isQuantityInRange = spec.lotSize() > 0 && spec.maxQuantity() >= spec.lotSize()
                && spec.maxQuantity() <= MatcherLimits.MAX_ORDER_QUANTITY && spec.quantityDecimals() <= MAX_DECIMALS;
        if (!isQuantityInRange) {
            return Field.QUANTITY.value();
        }
        if (spec.maxNotional() < 0) {
            return Field.NOTIONAL.value();
        }
        return spec.state() > TradingState.CLOSED.value() ? Field.FLAGS.value() : 0;
    }

    private static boolean isSymbol(final String symbol) {
        for (int i = 0; i < symbol.length(); i++) {
            if (symbol.charAt(i) <= ' ' || symbol.charAt(i) > '~') {
                return false;
            }
        }
        return !symbol.isEmpty();
    }

    static String text(final String padded) {
        final int end = padded.indexOf('\0');
        return new String((end < 0 ? padded : padded.substring(0, end)).getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII);
    }
}
