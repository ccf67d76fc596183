package bourse.engine.property;

import static bourse.engine.property.Command.ALL_OR_NONE;
import static bourse.engine.property.Command.EXTENDED;
import static bourse.engine.property.Command.HIDDEN;
import static bourse.engine.property.Command.POST_ONLY;
import static bourse.engine.property.Command.REPRICE;
import static bourse.engine.property.Command.REST;

import bourse.engine.match.AccountPort;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.Matcher;
import bourse.engine.property.Command.Kind;
import bourse.engine.property.Command.Terms;
import bourse.engine.scenario.MatcherChoice;
import bourse.sbe.engine.OrderType;
import bourse.sbe.engine.TimeInForce;
import bourse.sbe.engine.TradingState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Random streams over all features, made to collide: few prices, small quantities, four accounts that trade with themselves, many
 * changes of what rests. Each stream leans to some features, so that these meet each other.
 */
final class StreamGenerator {
    static final long BASE = AccountPort.asset("BASE");
    static final long QUOTE = AccountPort.asset("QUOTE");
    private static final int ACCOUNTS = 4;
    private static final int MIDDLE = 100;
    private static final long NO_PRICE = 0;

    private final Random random;
    private final List<long[]> issued = new ArrayList<>();
    private final LiveOrders live = new LiveOrders();
    private final Matcher shadow = MatcherChoice.REFERENCE.create(live);
    private final Set<Long> quoteIds = new HashSet<>();
    private final ArrayDeque<Command> queued = new ArrayDeque<>();
    private long nextId = 1;
    private long timeNs = 1;
    private final int instruments;
    private final int[] lean = new int[Lean.values().length];

    /** Features that a stream may lean to. */
    private enum Lean { STOPS, ICEBERGS, ALL_OR_NONE, SELF_TRADES, AUCTIONS, PEGS, QUOTES, LINKS, IMMEDIATE, MINIMUM, RISK, STATES, HIDDEN, POST, FAR, BAD, ANY_PRICE, CHANGES }

    StreamGenerator(final Random random) {
        this.random = random;
        this.instruments = 1 + random.nextInt(3);
        instruments().forEach(shadow::defineInstrument);
        for (int i = 0; i < lean.length; i++) {
            lean[i] = random.nextInt(3) == 0 ? random.nextInt(60) : random.nextInt(3);
        }
    }

    /** The instruments that every stream finds: a plain one; one with band, protection, fees and ticks; one with risk checks. */
    static List<InstrumentSpec> instruments() {
        return List.of(InstrumentSpec.plain(1, "S1"),
            new InstrumentSpec(2, "S2", "", "", 0, 0, 2, 5, 2, 400, 1000, 30_000, 6, 100, 6, -100_000, 300_000, false, TradingState.CONTINUOUS.value()),
            new InstrumentSpec(3, "S3", "BASE", "QUOTE", 0, 0, 1, 1, 1, 500, 1000, 0, 0, 100, 0, 20_000, 50_000, true, TradingState.CONTINUOUS.value()));
    }

    List<Command> stream(final int commands) {
        final List<Command> stream = new ArrayList<>(commands);
        if (instruments == 3) {
            for (int account = 1; account <= ACCOUNTS; account++) {
                stream.add(transfer(account, BASE, random.nextInt(150)));
                stream.add(transfer(account, QUOTE, random.nextInt(12_000)));
            }
        }
        final CallTape answers = new CallTape();
        stream.forEach(command -> command.applyTo(shadow, answers));
        while (stream.size() < commands) {
            final Command command = next();
            command.applyTo(shadow, answers);
            answers.clear();
            stream.add(command);
        }
        return stream;
    }

    private boolean chance(final int percent) {
        return random.nextInt(100) < percent;
    }

    private boolean leans(final Lean feature) {
        return chance(lean[feature.ordinal()]);
    }

    private Command next() {
        return queued.isEmpty() ? fresh() : queued.poll();
    }

    private Command fresh() {
        if (leans(Lean.CHANGES) && chance(10)) {
            return change();
        }
        final int dice = random.nextInt(1000);
        if (dice < 560) {
            return newOrder();
        }
        if (dice < 650) {
            return target(Kind.CANCEL, 0, 0);
        }
        if (dice < 710) {
            return target(Kind.REDUCE, 0, quantity(1) - (chance(4) ? 20 : 0));
        }
        if (dice < 870) {
            return target(Kind.REPLACE, chance(3) ? NO_PRICE : price(random.nextInt(2)), chance(5) ? 0 : quantity(1));
        }
        if (dice < 900 + lean[Lean.QUOTES.ordinal()]) {
            return quote();
        }
        return rare();
    }

    private Command rare() {
        final int instrument = instrument();
        final int account = account();
        return switch (random.nextInt(16)) {
            case 0, 1 -> command(Kind.MASS_CANCEL, account, chance(50) ? 0 : instrument, random.nextInt(3), 0, 0);
            case 2 -> new Command(Kind.CANCEL_SESSION, account, random.nextInt(3), 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, Terms.NONE);
            case 3, 4, 5 -> leans(Lean.AUCTIONS) || leans(Lean.STATES) || chance(5)
                ? command(Kind.STATE, 0, instrument, 0, random.nextInt(20) == 0 ? random.nextInt(7) - 1 : random.nextInt(5), 0)
                : command(Kind.STATE, 0, instrument, 0, TradingState.CONTINUOUS.value(), 0);
            case 6 -> leans(Lean.AUCTIONS) ? command(Kind.UNCROSS, 0, instrument, 0, 0, 0)
                : command(Kind.STATE, 0, instrument, 0, TradingState.AUCTION_CALL.value(), 0);
            case 7, 8 -> command(Kind.LAST_PRICE, 0, instrument, 0, price(0), 0);
            case 9, 10 -> command(Kind.TIME, 0, 0, 0, timeNs += random.nextInt(400_000_000), 0);
            case 11 -> limits(account);
            case 12, 13 -> transfer(account, chance(50) ? BASE : QUOTE, random.nextInt(3000) - 1500);
            case 14 -> command(Kind.KILL, account, 0, 0, chance(15) ? 1 : 0, 0);
            default -> command(Kind.STATE, 0, instrument, 0, TradingState.CONTINUOUS.value(), 0);
        };
    }

    /** An instrument's parameters: some of them want an empty book, which then often is made first. */
    private Command change() {
        final int instrument = instrument();
        final int what = random.nextInt(Command.CHANGEABLE.size());
        final long value = switch (Command.CHANGEABLE.get(what)) {
            case "makerfee" -> 10_000L * (random.nextInt(21) - 10);
            case "takerfee" -> 10_000L * random.nextInt(40);
            case "maxqty" -> chance(30) ? 20 : 1000;
            case "maxnotional" -> chance(50) ? 0 : 1_500 + random.nextInt(3_000);
            case "band" -> chance(40) ? 0 : 2 + random.nextInt(10);
            case "ref" -> chance(20) ? 0 : MIDDLE + random.nextInt(11) - 5;
            case "protection" -> chance(50) ? 0 : 2L * random.nextInt(4);
            case "tick" -> 1 + random.nextInt(3);
            case "lot" -> chance(50) ? 1 : 5;
            case "minprice" -> chance(50) ? 2 : MIDDLE - 5;
            case "maxprice" -> chance(50) ? 500 : MIDDLE + 5;
            default -> random.nextInt(2);
        };
        final Command change = new Command(Kind.CHANGE, 0, 0, 0, 0, instrument, 0, what, 0, 0, 0, 0, value, Terms.NONE);
        if (what < Command.CHANGEABLE.indexOf("tick") || chance(20)) {
            return change;
        }
        for (int account = 2; account <= ACCOUNTS; account++) {
            queued.add(command(Kind.MASS_CANCEL, account, instrument, 2, 0, 0));
        }
        queued.add(change);
        return command(Kind.MASS_CANCEL, 1, instrument, 2, 0, 0);
    }

    private Command command(final Kind kind, final int account, final int instrument, final int side, final long price, final long quantity) {
        return new Command(kind, account, 0, 0, 0, instrument, side, 0, 0, 0, 0, price, quantity, Terms.NONE);
    }

    private Command transfer(final int account, final long asset, final long amount) {
        return command(Kind.TRANSFER, account, 0, 0, asset, amount);
    }

    private Command limits(final int account) {
        final Terms limits = chance(40) ? Terms.NONE : new Terms(chance(20) ? 30 : 0, chance(20) ? 2500 : 0, chance(40) ? 15 : 0,
            chance(30) ? 4 : 0, chance(20) ? 6 : 0, 0, 0, 0);
        return new Command(Kind.LIMITS, account, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, chance(50) ? 7 : 0, limits);
    }

    private int account() {
        return 1 + random.nextInt(ACCOUNTS);
    }

    private int instrument() {
        return 1 + random.nextInt(instruments);
    }

    private long quantity(final int instrument) {
        final long quantity = chance(10) ? 1 + random.nextInt(60) : 1 + random.nextInt(12);
        return instrument == 2 && !leans(Lean.BAD) ? 5 * quantity : quantity;
    }

    private long price(final int aggression) {
        final long far = leans(Lean.FAR) ? 2L * random.nextInt(chance(10) ? 2_000_000 : 60) : 0;
        final long price = MIDDLE + random.nextInt(13) - 6 + aggression + far;
        return chance(97) ? price & ~1L : price;
    }

    private Command newOrder() {
        final int instrument = leans(Lean.BAD) && chance(10) ? 9 : instrument();
        final int account = leans(Lean.BAD) && chance(5) ? 0 : account();
        final long id = leans(Lean.BAD) && !issued.isEmpty() && chance(20) ? issued.get(random.nextInt(issued.size()))[1] * random.nextInt(4) / 3 : nextId++;
        issued.add(new long[] {account, id});
        final int side = random.nextInt(2);
        final long quantity = leans(Lean.BAD) && chance(20) ? random.nextInt(5000) - 50 : quantity(instrument);
        int flags = EXTENDED;
        flags |= leans(Lean.HIDDEN) ? HIDDEN : 0;
        flags |= leans(Lean.POST) ? chance(50) ? POST_ONLY : REPRICE : 0;
        flags |= leans(Lean.ALL_OR_NONE) ? ALL_OR_NONE : 0;
        int timeInForce = leans(Lean.IMMEDIATE) ? 1 + random.nextInt(2) : 0;
        if (leans(Lean.AUCTIONS)) {
            timeInForce = 3 + random.nextInt(3);
        } else if (chance(3)) {
            timeInForce = 3 + random.nextInt(2);
        }
        int type = chance(7) ? OrderType.MARKET.value() : OrderType.LIMIT.value();
        if (leans(Lean.STOPS)) {
            type = 2 + random.nextInt(3);
        } else if (leans(Lean.PEGS)) {
            type = OrderType.PEGGED.value();
        }
        if (leans(Lean.ANY_PRICE)) {
            type = chance(70) ? OrderType.MARKET.value() : OrderType.STOP.value();
            flags |= REST;
        }
        final boolean limited = type == OrderType.LIMIT.value() || type == OrderType.STOP_LIMIT.value();
        final Terms terms = terms(instrument, side, type, timeInForce, quantity);
        if (leans(Lean.BAD) && chance(10)) {
            flags ^= 1 << random.nextInt(7);
        }
        final int selfTradePrevention = leans(Lean.SELF_TRADES) ? random.nextInt(leans(Lean.BAD) ? 7 : 6) : 0;
        return new Command(Kind.NEW, account, random.nextInt(3), id, 0, instrument, side, type,
            leans(Lean.BAD) && chance(5) ? 6 : timeInForce, flags, selfTradePrevention,
            limited || leans(Lean.BAD) && chance(10) ? price(side == 0 ? 1 : -1) : 0, quantity, terms);
    }

    private Terms terms(final int instrument, final int side, final int type, final int timeInForce, final long quantity) {
        final boolean trailing = type == OrderType.TRAILING_STOP.value();
        final boolean stop = type == OrderType.STOP.value() || type == OrderType.STOP_LIMIT.value();
        final boolean pegged = type == OrderType.PEGGED.value();
        final boolean wild = leans(Lean.BAD) && chance(10);
        final long stopPrice = stop || wild ? price(side == 0 ? 1 : -1) : trailing && chance(50) ? price(side == 0 ? 3 : -3) : 0;
        final boolean iceberg = leans(Lean.ICEBERGS) && (type == OrderType.LIMIT.value() || chance(10));
        final long step = instrument == 2 ? 5 : 1;
        final long display = iceberg ? Math.max(step, quantity / step / 3 * step) + (chance(4) ? quantity : 0) : 0;
        final long minimum = leans(Lean.MINIMUM) ? step * (1 + random.nextInt(8)) : 0;
        final long expire = timeInForce == TimeInForce.GTD.value() ? timeNs + random.nextInt(900_000_000) : wild ? 5 : 0;
        long offset = 0;
        if (trailing) {
            offset = 2L * (1 + random.nextInt(3)) - (chance(3) ? 7 : 0);
        } else if (pegged) {
            offset = 2L * (random.nextInt(5) - 2);
        } else if (type == OrderType.MARKET.value() && chance(20)) {
            offset = random.nextInt(6);
        }
        final long limit = trailing && chance(40) || pegged && chance(40) || wild && chance(30) ? price(0) : 0;
        final long link = leans(Lean.LINKS) ? 1 + random.nextInt(3) : 0;
        return new Terms(stopPrice, display, minimum, expire, offset, limit, link, pegged ? 1 + random.nextInt(wild ? 4 : 3) : 0);
    }

    private Command target(final Kind kind, final long price, final long quantity) {
        if (live.isEmpty() || chance(5)) {
            final boolean byOrderId = issued.isEmpty() || chance(50);
            final long[] target = byOrderId ? new long[] {account(), 0} : issued.get(random.nextInt(issued.size()));
            return new Command(kind, (int) target[0], 0, target[1], byOrderId ? 1 + random.nextInt((int) nextId + 1) : 0, 0, 0, 0, 0, 0, 0,
                price, quantity, Terms.NONE);
        }
        final LiveOrders.Live target = live.any(random);
        final int account = chance(2) ? account() : target.account();
        final boolean byOrderId = chance(quoteIds.contains(target.clientOrderId()) ? 95 : 40);
        final long amount = target.instrument() == 2 && !chance(5) ? 5 * quantity : quantity;
        return new Command(kind, account, 0, byOrderId ? 0 : target.clientOrderId(), byOrderId ? target.orderId() : 0, 0, 0, 0, 0, 0, 0,
            price, amount, Terms.NONE);
    }

    private Command quote() {
        final int instrument = instrument();
        quoteIds.add(nextId);
        int flags = EXTENDED;
        flags |= leans(Lean.POST) ? chance(50) ? POST_ONLY : REPRICE : 0;
        flags |= leans(Lean.HIDDEN) ? HIDDEN : 0;
        if (leans(Lean.BAD) && chance(20)) {
            flags ^= 1 << random.nextInt(6);
        }
        final long bid = price(-2);
        final long ask = bid + 2L * random.nextInt(4) + (chance(5) ? -1 : 1);
        final Terms terms = new Terms(instrument == 2 ? ask + 1 & ~1L : ask, chance(10) ? 0 : quantity(instrument), 0, 0, 0, 0, 0, 0);
        return new Command(Kind.QUOTE, account(), random.nextInt(3), nextId++, 0, instrument, 0, 0, 0, flags,
            leans(Lean.SELF_TRADES) ? random.nextInt(6) : 0, bid, chance(10) ? 0 : quantity(instrument), terms);
    }
}
