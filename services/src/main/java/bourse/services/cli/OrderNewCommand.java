package bourse.services.cli;

import bourse.order.v1.NewOrder;
import bourse.order.v1.OrderType;
import bourse.order.v1.PegReference;
import bourse.order.v1.SelfTradePrevention;
import bourse.order.v1.Side;
import bourse.order.v1.TimeInForce;
import bourse.reference.v1.Instrument;
import bourse.services.config.DurationText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;

/** {@code bourse order buy} and {@code bourse order sell}. */
abstract class OrderNewCommand implements Callable<Integer> {
    /** Names of --type. */
    enum Type { limit, market, stop, stop_limit, trailing_stop, pegged }

    /** Names of --tif. */
    enum Tif { gtc, ioc, fok, day, gtd, at_auction }

    /** Names of --stp. */
    enum Stp { allow, cancel_newest, cancel_oldest, cancel_both, decrement, skip }

    /** Names of --peg. */
    enum Peg { bid, ask, mid }

    @Mixin
    private final VenueOptions venue = new VenueOptions();
    @Mixin
    private JsonOutput json;
    @Option(names = {"-i", "--instrument"}, paramLabel = "SYMBOL", description = "Symbol or number; may be left out where there is only one.")
    private String instrument;
    @Option(names = {"-p", "--price"}, paramLabel = "P", description = "Limit price, such as 100.25.")
    private String price;
    @Option(names = {"-q", "--quantity"}, paramLabel = "Q", required = true, description = "Quantity, such as 10.")
    private String quantity;
    @Option(names = "--type", paramLabel = "TYPE", defaultValue = "limit",
        description = "limit, market, stop, stop_limit, trailing_stop or pegged (default: ${DEFAULT-VALUE}).")
    private Type type;
    @Option(names = "--tif", paramLabel = "TIF", description = "Time in force: gtc, ioc, fok, day, gtd or at_auction (default: gtc; market: ioc).")
    private Tif timeInForce;
    @Option(names = "--post-only", description = "Refused if it would trade on entry.")
    private boolean postOnly;
    @Option(names = "--post-only-reprice", description = "Moved to one tick from the opposite best instead.")
    private boolean postOnlyReprice;
    @Option(names = "--hidden", description = "Not shown in the public book.")
    private boolean hidden;
    @Option(names = "--all-or-none", description = "Trades as a whole or not at all.")
    private boolean allOrNone;
    @Option(names = "--rest", description = "market, stop: what is left waits at any price instead of being cancelled (default time in force: gtc).")
    private boolean rest;
    @Option(names = "--stop-price", paramLabel = "P", description = "Trigger of a stop.")
    private String stopPrice;
    @Option(names = "--display", paramLabel = "Q", description = "Iceberg: the visible peak.")
    private String display;
    @Option(names = "--min-quantity", paramLabel = "Q", description = "Least quantity of the first execution.")
    private String minQuantity;
    @Option(names = "--expire", paramLabel = "WHEN", description = "gtd: an instant such as 2030-01-31T16:00:00Z, or a time from now such as 30m.")
    private String expire;
    @Option(names = "--offset", paramLabel = "P", description = "pegged: from the reference. trailing_stop: distance. market: protection.")
    private String offset;
    @Option(names = "--limit-price", paramLabel = "P", description = "pegged: never beyond. trailing_stop: limit after the trigger.")
    private String limitPrice;
    @Option(names = "--peg", paramLabel = "REF", description = "pegged: bid, ask or mid.")
    private Peg peg;
    @Option(names = "--stp", paramLabel = "MODE", defaultValue = "allow",
        description = "Self-trade prevention: allow, cancel_newest, cancel_oldest, cancel_both, decrement or skip (default: ${DEFAULT-VALUE}).")
    private Stp selfTradePrevention;
    @Option(names = "--link", paramLabel = "ID", description = "One-cancels-other group.")
    private long linkId;
    @Option(names = "--client-order-id", paramLabel = "ID", description = "Your own number of the order, above 0 (default: a random one).")
    private long clientOrderId;
    @Option(names = "--session", paramLabel = "ID", description = "Session that the command belongs to (default: one for all commands of the account).")
    private long sessionId = OrderSubmission.SESSION_ID;

    abstract Side side();

    @Override
    public Integer call() {
        try (venue) {
            final Instruments instruments = Instruments.of(venue.reference());
            final Instrument traded = instruments.find(instrument);
            return OrderSubmission.send(venue, json, instruments, traded.getShard(), sessionId,
                bourse.order.v1.Command.newBuilder().setNew(order(traded)).build());
        }
    }

    private NewOrder order(final Instrument traded) {
        if (price == null && (type == Type.limit || type == Type.stop_limit)) {
            throw new CommandFailure("--price is missing (expected: a limit for a " + type + " order)");
        }
        final TimeInForce inForce = timeInForce == null
            ? type == Type.market && !rest ? TimeInForce.TIME_IN_FORCE_IOC : TimeInForce.TIME_IN_FORCE_GTC
            : TimeInForce.valueOf("TIME_IN_FORCE_" + timeInForce.name().toUpperCase(Locale.ROOT));
        return NewOrder.newBuilder()
            .setClientOrderId(clientOrderId != 0 ? clientOrderId : ThreadLocalRandom.current().nextLong(1L << 32, Long.MAX_VALUE))
            .setInstrumentId(traded.getInstrumentId())
            .setSide(side())
            .setOrderType(OrderType.valueOf("ORDER_TYPE_" + type.name().toUpperCase(Locale.ROOT)))
            .setTimeInForce(inForce)
            .setPrice(price("--price", price, traded))
            .setQuantity(quantity("--quantity", quantity, traded))
            .setSelfTradePrevention(selfTradePrevention == Stp.allow ? SelfTradePrevention.SELF_TRADE_PREVENTION_UNSPECIFIED
                : SelfTradePrevention.valueOf("SELF_TRADE_PREVENTION_" + selfTradePrevention.name().toUpperCase(Locale.ROOT)))
            .setPostOnly(postOnly)
            .setPostOnlyReprice(postOnlyReprice)
            .setHidden(hidden)
            .setAllOrNone(allOrNone)
            .setRestRemainder(rest)
            .setStopPrice(price("--stop-price", stopPrice, traded))
            .setDisplayQuantity(quantity("--display", display, traded))
            .setMinQuantity(quantity("--min-quantity", minQuantity, traded))
            .setExpireTimeNs(expireTimeNs())
            .setOffset(price("--offset", offset, traded))
            .setLimitPrice(price("--limit-price", limitPrice, traded))
            .setLinkId(linkId)
            .setPegReference(peg == null ? PegReference.PEG_REFERENCE_UNSPECIFIED
                : PegReference.valueOf("PEG_REFERENCE_" + peg.name().toUpperCase(Locale.ROOT)))
            .build();
    }

    private long expireTimeNs() {
        if (expire == null) {
            return 0;
        }
        Instant at;
        try {
            at = Instant.parse(expire);
        } catch (final DateTimeParseException notAnInstant) {
            try {
                at = Instant.now().plus(DurationText.parse(expire));
            } catch (final IllegalArgumentException e) {
                throw new CommandFailure("--expire: " + expire + " (expected: such as 2030-01-31T16:00:00Z, or 30m from now)", e);
            }
        }
        return Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000_000L), at.getNano());
    }

    private static long price(final String name, final String text, final Instrument traded) {
        return text == null ? 0 : Decimals.units(name, text, traded.getPriceDecimals());
    }

    private static long quantity(final String name, final String text, final Instrument traded) {
        return text == null ? 0 : Decimals.units(name, text, traded.getQuantityDecimals());
    }

    /** Buys. */
    @Command(name = "buy", header = "Send a buy order.",
        description = {"Prints what became of it at once: accepted, executions, what rests or why it was refused (exit status 1).", "",
            "  bourse order buy --instrument DEMO --price 100.25 --quantity 10",
            "  bourse order buy --instrument DEMO --type market --quantity 3", ""})
    static final class Buy extends OrderNewCommand {
        @Override
        Side side() {
            return Side.SIDE_BUY;
        }
    }

    /** Sells. */
    @Command(name = "sell", header = "Send a sell order.",
        description = {"Prints what became of it at once: accepted, executions, what rests or why it was refused (exit status 1).", "",
            "  bourse order sell --instrument DEMO --price 100.25 --quantity 10 --post-only",
            "  bourse order sell --instrument DEMO --type stop --stop-price 99 --quantity 5", ""})
    static final class Sell extends OrderNewCommand {
        @Override
        Side side() {
            return Side.SIDE_SELL;
        }
    }
}
