package bourse.engine.scenario;

import bourse.engine.match.AccountPort;
import bourse.engine.match.ExtendedTerms;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.Matcher;
import bourse.sbe.engine.CancelReason;
import bourse.sbe.engine.OrderType;
import bourse.sbe.engine.PegReference;
import bourse.sbe.engine.SelfTradePrevention;
import bourse.sbe.engine.Side;
import bourse.sbe.engine.TimeInForce;
import bourse.sbe.engine.TradingState;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Turns the commands of one scenario into calls of a matcher. */
final class CommandSender {
    private static final int POST_ONLY = 1;
    private static final int POST_ONLY_REPRICE = 1 << 1;
    private static final int HIDDEN = 1 << 2;
    private static final int ALL_OR_NONE = 1 << 3;
    private static final int EXTENDED = 1 << 4;
    private static final int REST_REMAINDER = 1 << 5;

    private static final Map<String, SelfTradePrevention> SELF_TRADE_MODES = Map.of(
        "ALLOW", SelfTradePrevention.ALLOW, "CANCEL_TAKER", SelfTradePrevention.CANCEL_NEWEST,
        "CANCEL_NEWEST", SelfTradePrevention.CANCEL_NEWEST, "CANCEL_MAKER", SelfTradePrevention.CANCEL_OLDEST,
        "CANCEL_OLDEST", SelfTradePrevention.CANCEL_OLDEST, "CANCEL_BOTH", SelfTradePrevention.CANCEL_BOTH,
        "DECREMENT", SelfTradePrevention.DECREMENT, "SKIP", SelfTradePrevention.SKIP);
    private static final Map<String, TradingState> STATES = Map.of(
        "PRE_OPEN", TradingState.PRE_OPEN, "CALL", TradingState.AUCTION_CALL, "CONT", TradingState.CONTINUOUS,
        "HALTED", TradingState.HALTED, "CLOSED", TradingState.CLOSED);

    private final Matcher matcher;
    private final Ids ids;
    private final EventTape tape;
    private final boolean reusesIds;
    private final boolean remaindersRest;
    private TradingState state = TradingState.CONTINUOUS;

    CommandSender(final Matcher matcher, final Ids ids, final EventTape tape, final Map<String, String> policy) {
        this.matcher = matcher;
        this.ids = ids;
        this.tape = tape;
        this.reusesIds = Policy.reusesIds(policy);
        this.remaindersRest = Policy.remaindersRest(policy);
    }

    void send(final Statement s) {
        switch (s.verb()) {
            case "new" -> newOrder(s);
            case "cancel" -> cancel(s);
            case "reduce" -> reduce(s);
            case "replace" -> replace(s);
            case "lastprice" -> lastPrice(s);
            case "phase" -> phase(s);
            case "uncross" -> uncross(s);
            case "instrument" -> instrument(s);
            case "change" -> changeInstrument(s);
            case "quote" -> quote(s);
            case "masscancel" -> massCancel(s);
            case "disconnect" -> disconnect(s);
            case "time" -> time(s);
            case "limits" -> limits(s);
            case "transfer" -> transfer(s);
            case "kill" -> kill(s);
            case "unreadable" -> throw new UnsupportedStatement(s.line(), s.kind());
            default -> throw new UnsupportedStatement(s.line(), "no such command: " + s.text());
        }
    }

    private int instrument(final String symbol) {
        if (!ids.knowsSymbol(symbol)) {
            final InstrumentSpec plain = InstrumentSpec.plain(ids.instrument(symbol), symbol);
            matcher.defineInstrument(plain);
            if (state != TradingState.CONTINUOUS) {
                matcher.setTradingState(plain.instrumentId(), state.value());
            }
        }
        return ids.instrument(symbol);
    }

    private int instrumentOf(final Statement s) {
        return instrument(s.text("sym", Ids.DEFAULT_SYMBOL));
    }

    private static <E extends Enum<E>> E named(final Statement s, final String key, final E absent, final Class<E> type) {
        final String name = s.text(key, absent.name());
        try {
            return Enum.valueOf(type, name);
        } catch (final IllegalArgumentException e) {
            throw new UnsupportedStatement(s.line(), key + ": " + name + " (expected: one of " + Arrays.toString(type.getEnumConstants()) + ")");
        }
    }

    private static SelfTradePrevention selfTradePrevention(final Statement s) {
        final String name = s.text("stp", "ALLOW");
        final SelfTradePrevention mode = SELF_TRADE_MODES.get(name);
        if (mode == null) {
            throw new UnsupportedStatement(s.line(), "stp: " + name + " (expected: one of " + new TreeSet<>(SELF_TRADE_MODES.keySet()) + ")");
        }
        return s.has("acct") ? mode : SelfTradePrevention.ALLOW;
    }

    private static int flags(final Statement s) {
        int flags = s.flag("aon") ? ALL_OR_NONE : 0;
        flags |= s.flag("hidden") ? HIDDEN : 0;
        flags |= s.flag("rest") ? REST_REMAINDER : 0;
        flags |= s.text("post", "").equals("REPRICE") ? POST_ONLY_REPRICE : s.flag("post") ? POST_ONLY : 0;
        return flags;
    }

    private int session(final Statement s) {
        return (int) s.number("session", 0);
    }

    // ------------------------------------------------------------------------------------------- shared grammar

    private void newOrder(final Statement s) {
        s.onlyKeys(Set.of("id", "sym", "side", "type", "tif", "price", "stop", "qty", "display", "aon", "post", "acct", "stp",
            "hidden", "rest", "min", "expire", "offset", "limit", "link", "peg", "session"));
        final String id = s.text("id", "");
        final EventTape.Fate earlier = tape.fate(id);
        if (earlier != null && reusesIds && !earlier.isLive()) {
            ids.renew(id);
        }
        final OrderType type = named(s, "type", OrderType.LIMIT, OrderType.class);
        final ExtendedTerms terms = new ExtendedTerms();
        terms.stopPrice = s.number("stop", 0);
        terms.displayQuantity = s.number("display", 0);
        terms.minQuantity = s.number("min", 0);
        terms.expireTimeNs = s.number("expire", 0);
        terms.offset = s.number("offset", 0);
        terms.limitPrice = s.number("limit", 0);
        terms.linkId = s.number("link", 0);
        terms.pegReference = s.has("peg") ? named(s, "peg", PegReference.NONE, PegReference.class).value() : 0;
        final boolean limited = type == OrderType.LIMIT || type == OrderType.STOP_LIMIT;
        final TimeInForce timeInForce = named(s, "tif", TimeInForce.GTC, TimeInForce.class);
        final boolean waits = timeInForce != TimeInForce.IOC && timeInForce != TimeInForce.FOK && !s.flag("aon");
        final boolean rests = remaindersRest && (type == OrderType.MARKET || type == OrderType.STOP) && waits;
        // In the grammar an id belongs to the scenario: a second use is refused in the owner's name.
        final boolean used = earlier != null && earlier.account != 0 && (!reusesIds || earlier.isLive());
        final int account = used ? earlier.account : ids.account(s.text("acct", ""));
        matcher.newOrder(account, session(s), ids.number(id), instrumentOf(s), named(s, "side", Side.BUY, Side.class).value(), type.value(),
            timeInForce.value(), flags(s) | EXTENDED | (rests ? REST_REMAINDER : 0), selfTradePrevention(s).value(),
            limited ? s.number("price", 0) : 0, s.number("qty", 0), terms);
    }

    /** Who asks and for which order: the owner by the client's id unless another account is named. */
    private record Target(int account, long orderId, long clientOrderId) {
    }

    private Target target(final Statement s) {
        final String id = s.text("id", "");
        final EventTape.Fate fate = tape.fate(id);
        final int asking = ids.account(s.text("acct", ""));
        if (id.startsWith("#")) {
            return new Target(asking, engineNumber(s, id), 0);
        }
        final boolean isLeg = id.endsWith(".bid") || id.endsWith(".ask");
        if (fate == null || fate.orderId == 0) {
            return new Target(asking, 0, ids.number(id));
        }
        final boolean foreign = s.has("acct") && fate.account != Ids.DEFAULT_ACCOUNT && asking != fate.account;
        return new Target(foreign ? asking : fate.account, foreign || isLeg ? fate.orderId : 0, isLeg ? 0 : ids.number(id));
    }

    /** {@code #N}: the order that the engine numbered N. */
    private static long engineNumber(final Statement s, final String id) {
        try {
            return Long.parseLong(id.substring(1));
        } catch (final NumberFormatException e) {
            throw new UnsupportedStatement(s.line(), "id: " + id + " (expected: # and the engine's number)");
        }
    }

    private void cancel(final Statement s) {
        s.onlyKeys(Set.of("id", "acct"));
        final Target target = target(s);
        matcher.cancel(target.account, target.orderId, target.clientOrderId);
    }

    private void reduce(final Statement s) {
        s.onlyKeys(Set.of("id", "by", "acct"));
        final Target target = target(s);
        matcher.reduce(target.account, target.orderId, target.clientOrderId, s.number("by", 0));
    }

    private void replace(final Statement s) {
        s.onlyKeys(Set.of("id", "price", "leaves", "acct"));
        final EventTape.Fate fate = tape.fate(s.text("id", ""));
        final Target target = target(s);
        // The grammar lets a negative open quantity cancel.
        final long leaves = Math.max(0, s.number("leaves", fate == null ? 1 : fate.leaves));
        matcher.replace(target.account, target.orderId, target.clientOrderId, s.number("price", fate == null ? 1 : fate.price), leaves);
    }

    private void lastPrice(final Statement s) {
        s.onlyKeys(Set.of("sym", "price"));
        matcher.setLastPrice(instrumentOf(s), s.number("price", 0));
    }

    private void uncross(final Statement s) {
        s.onlyKeys(Set.of("sym"));
        matcher.uncross(instrumentOf(s));
    }

    private void phase(final Statement s) {
        s.onlyKeys(Set.of("state", "sym", "refused"));
        final TradingState wanted = STATES.get(s.text("state", ""));
        if (wanted == null) {
            throw new UnsupportedStatement(s.line(), "state: " + s.text("state", "") + " (expected: one of " + new TreeSet<>(STATES.keySet()) + ")");
        }
        if (s.has("sym")) {
            change(s, instrumentOf(s), wanted);
            return;
        }
        for (int instrumentId = 1; instrumentId <= ids.instruments(); instrumentId++) {
            change(s, instrumentId, wanted);
        }
        state = wanted;
    }

    private void change(final Statement s, final int instrumentId, final TradingState wanted) {
        answered(s, matcher.setTradingState(instrumentId, wanted.value()));
    }

    /** A refusal of an administrator's command is no event; where one is expected the line says {@code refused=1}. */
    private static void answered(final Statement s, final int reason) {
        if (reason != 0 != s.flag("refused")) {
            throw new UnsupportedStatement(s.line(), s.text() + " (answered: reason " + reason + ")");
        }
    }

    // ------------------------------------------------------------------------------------------- the venue's own

    private void instrument(final Statement s) {
        s.onlyKeys(Set.of("sym", "tick", "lot", "minprice", "maxprice", "maxqty", "maxnotional", "band", "ref", "protection", "makerfee",
            "takerfee", "risk", "base", "quote"));
        final String symbol = s.text("sym", Ids.DEFAULT_SYMBOL);
        if (ids.knowsSymbol(symbol)) {
            throw new UnsupportedStatement(s.line(), "instrument " + symbol + " exists (expected: before its first use)");
        }
        final InstrumentSpec plain = InstrumentSpec.plain(ids.instrument(symbol), symbol);
        matcher.defineInstrument(new InstrumentSpec(plain.instrumentId(), symbol, s.text("base", ""), s.text("quote", ""), 0, 0, s.number("tick", 1),
            s.number("lot", 1), s.number("minprice", plain.minPrice()), s.number("maxprice", plain.maxPrice()),
            s.number("maxqty", plain.maxQuantity()), s.number("maxnotional", 0), s.number("band", 0), s.number("ref", 0),
            s.number("protection", 0), (int) s.number("makerfee", 0), (int) s.number("takerfee", 0), s.flag("risk"), state.value()));
    }

    private void changeInstrument(final Statement s) {
        s.onlyKeys(Set.of("sym", "tick", "lot", "minprice", "maxprice", "maxqty", "maxnotional", "band", "ref", "protection", "makerfee",
            "takerfee", "risk", "refused"));
        final InstrumentSpec now = matcher.instrument(instrumentOf(s));
        answered(s, matcher.changeInstrument(new InstrumentSpec(now.instrumentId(), now.symbol(), now.baseAsset(), now.quoteAsset(), now.priceDecimals(),
            now.quantityDecimals(), s.number("tick", now.tickSize()), s.number("lot", now.lotSize()), s.number("minprice", now.minPrice()),
            s.number("maxprice", now.maxPrice()), s.number("maxqty", now.maxQuantity()), s.number("maxnotional", now.maxNotional()),
            s.number("band", now.priceBand()), s.number("ref", now.referencePrice()), s.number("protection", now.marketProtection()),
            (int) s.number("makerfee", now.makerFeeRate()), (int) s.number("takerfee", now.takerFeeRate()),
            s.has("risk") ? s.flag("risk") : now.riskChecked(), now.state())));
    }

    private void quote(final Statement s) {
        s.onlyKeys(Set.of("id", "sym", "acct", "bid", "bidqty", "ask", "askqty", "post", "hidden", "stp", "session"));
        final long number = ids.number(s.text("id", ""));
        ids.isQuote(number);
        final ExtendedTerms terms = new ExtendedTerms();
        terms.stopPrice = s.number("ask", 0);
        terms.displayQuantity = s.number("askqty", 0);
        matcher.quote(ids.account(s.text("acct", "")), session(s), number, instrumentOf(s), flags(s) | EXTENDED,
            selfTradePrevention(s).value(), s.number("bid", 0), s.number("bidqty", 0), terms);
    }

    private void massCancel(final Statement s) {
        s.onlyKeys(Set.of("acct", "sym", "side"));
        matcher.massCancel(ids.account(s.text("acct", "")), s.has("sym") ? instrumentOf(s) : 0, named(s, "side", Side.BOTH, Side.class).value(),
            CancelReason.MASS_CANCEL.value());
    }

    private void disconnect(final Statement s) {
        s.onlyKeys(Set.of("acct", "session"));
        matcher.cancelSession(ids.account(s.text("acct", "")), session(s), CancelReason.DISCONNECT.value());
    }

    private void time(final Statement s) {
        s.onlyKeys(Set.of("at"));
        matcher.advanceTime(s.number("at", 0));
    }

    private AccountPort accounts(final Statement s) {
        if (matcher instanceof AccountPort accounts) {
            return accounts;
        }
        throw new UnsupportedStatement(s.line(), "this matcher has no accounts to administer");
    }

    private void limits(final Statement s) {
        s.onlyKeys(Set.of("acct", "firm", "maxqty", "maxnotional", "maxposition", "maxopen", "maxrate", "refused"));
        answered(s, accounts(s).setLimits(ids.account(s.text("acct", "")), (int) s.number("firm", 0), s.number("maxqty", 0),
            s.number("maxnotional", 0), s.number("maxposition", 0), s.number("maxopen", 0), s.number("maxrate", 0)));
    }

    private void transfer(final Statement s) {
        s.onlyKeys(Set.of("acct", "asset", "amount", "refused"));
        answered(s, accounts(s).transfer(ids.account(s.text("acct", "")), AccountPort.asset(s.text("asset", "")), s.number("amount", 0)));
    }

    private void kill(final Statement s) {
        s.onlyKeys(Set.of("acct", "on"));
        answered(s, accounts(s).setKillSwitch(ids.account(s.text("acct", "")), s.flag("on")));
    }
}
