package bourse.engine.property;

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
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * One command of a random stream, with every number resolved so that a stream stays meaningful when others are taken out of it.
 *
 * @param id       client order id of a new order or quote, of the target, or 0 (then {@code orderId} names the target)
 * @param type     also: what CHANGE changes, a place in {@link #CHANGEABLE}
 * @param price    also: the state, the time, an asset
 * @param quantity also: an amount, a firm, the new value of CHANGE
 */
record Command(Kind kind, int account, int session, long id, long orderId, int instrument, int side, int type, int timeInForce,
               int flags, int selfTradePrevention, long price, long quantity, Terms terms) {

    static final int POST_ONLY = 1;
    static final int REPRICE = 2;
    static final int HIDDEN = 4;
    static final int ALL_OR_NONE = 8;
    static final int EXTENDED = 16;
    static final int REST = 32;

    /** Words of the grammar for what can be changed of an instrument. */
    static final List<String> CHANGEABLE = List.of("makerfee", "takerfee", "maxqty", "maxnotional", "band", "ref", "protection", "tick", "lot", "minprice",
        "maxprice", "risk");

    /** What is asked. */
    enum Kind { NEW, CANCEL, REDUCE, REPLACE, QUOTE, MASS_CANCEL, CANCEL_SESSION, STATE, UNCROSS, LAST_PRICE, TIME, LIMITS, TRANSFER, KILL, CHANGE }

    /** Rare terms; of LIMITS: quantity, notional, position, open orders, rate. */
    record Terms(long stop, long display, long minimum, long expire, long offset, long limit, long link, int peg) {
        static final Terms NONE = new Terms(0, 0, 0, 0, 0, 0, 0, 0);

        ExtendedTerms carrier() {
            final ExtendedTerms carrier = new ExtendedTerms();
            carrier.stopPrice = stop;
            carrier.displayQuantity = display;
            carrier.minQuantity = minimum;
            carrier.expireTimeNs = expire;
            carrier.offset = offset;
            carrier.limitPrice = limit;
            carrier.linkId = link;
            carrier.pegReference = peg;
            return carrier;
        }
    }

    /** Carries it out; answers of administrators' commands go to {@code tape}. */
    void applyTo(final Matcher matcher, final CallTape tape) {
        switch (kind) {
            case NEW -> matcher.newOrder(account, session, id, instrument, side, type, timeInForce, flags, selfTradePrevention, price,
                quantity, (flags & EXTENDED) != 0 ? terms.carrier() : null);
            case CANCEL -> matcher.cancel(account, orderId, id);
            case REDUCE -> matcher.reduce(account, orderId, id, quantity);
            case REPLACE -> matcher.replace(account, orderId, id, price, quantity);
            case QUOTE -> matcher.quote(account, session, id, instrument, flags, selfTradePrevention, price, quantity, terms.carrier());
            case MASS_CANCEL -> matcher.massCancel(account, instrument, side, CancelReason.MASS_CANCEL.value());
            case CANCEL_SESSION -> matcher.cancelSession(account, session, CancelReason.DISCONNECT.value());
            case STATE -> tape.answer(matcher.setTradingState(instrument, (int) price));
            case UNCROSS -> matcher.uncross(instrument);
            case LAST_PRICE -> matcher.setLastPrice(instrument, price);
            case TIME -> matcher.advanceTime(price);
            case LIMITS -> tape.answer(accounts(matcher).setLimits(account, (int) quantity, terms.stop, terms.display, terms.minimum,
                terms.expire, terms.offset));
            case TRANSFER -> tape.answer(accounts(matcher).transfer(account, price, quantity));
            case KILL -> tape.answer(accounts(matcher).setKillSwitch(account, price != 0));
            case CHANGE -> tape.answer(change(matcher));
            default -> throw new IllegalStateException("kind: " + kind);
        }
    }

    private int change(final Matcher matcher) {
        try {
            return matcher.changeInstrument(changed(matcher.instrument(instrument)));
        } catch (final IllegalArgumentException outOfRange) {
            return -1;
        }
    }

    private InstrumentSpec changed(final InstrumentSpec s) {
        return new InstrumentSpec(s.instrumentId(), s.symbol(), s.baseAsset(), s.quoteAsset(), s.priceDecimals(), s.quantityDecimals(),
            value("tick", s.tickSize()), value("lot", s.lotSize()), value("minprice", s.minPrice()), value("maxprice", s.maxPrice()),
            value("maxqty", s.maxQuantity()), value("maxnotional", s.maxNotional()), value("band", s.priceBand()), value("ref", s.referencePrice()),
            value("protection", s.marketProtection()), (int) value("makerfee", s.makerFeeRate()), (int) value("takerfee", s.takerFeeRate()),
            value("risk", s.riskChecked() ? 1 : 0) != 0, s.state());
    }

    private long value(final String what, final long now) {
        return CHANGEABLE.get(type).equals(what) ? quantity : now;
    }

    private static AccountPort accounts(final Matcher matcher) {
        return (AccountPort) matcher;
    }

    // ------------------------------------------------------------------------------------------- as a line of a scenario

    /** The command in the grammar of docs/SCENARIOS.md, or as a comment where it has no words for it. */
    String line() {
        return switch (kind) {
            case NEW -> newLine();
            case CANCEL -> "cancel" + target();
            case REDUCE -> "reduce" + target() + " by=" + quantity;
            case REPLACE -> "replace" + target() + " price=" + price + " leaves=" + quantity;
            case QUOTE -> "quote id=o" + id + " sym=S" + instrument + " acct=A" + account + " bid=" + price + " bidqty=" + quantity + " ask="
                + terms.stop + " askqty=" + terms.display + flagWords() + stpWord() + sessionWord();
            case MASS_CANCEL -> "masscancel acct=A" + account + (instrument == 0 ? "" : " sym=S" + instrument) + " side=" + name(Side::get, side);
            case CANCEL_SESSION -> "disconnect acct=A" + account + " session=" + session;
            case STATE -> "phase sym=S" + instrument + " state=" + (price >= 0 && price < 5 ? List.of("PRE_OPEN", "CALL", "CONT", "HALTED", "CLOSED").get((int) price) : price);
            case UNCROSS -> "uncross sym=S" + instrument;
            case LAST_PRICE -> "lastprice sym=S" + instrument + " price=" + price;
            case TIME -> "time at=" + price;
            case LIMITS -> "limits acct=A" + account + " firm=" + quantity + " maxqty=" + terms.stop + " maxnotional=" + terms.display
                + " maxposition=" + terms.minimum + " maxopen=" + terms.expire + " maxrate=" + terms.offset;
            case TRANSFER -> "transfer acct=A" + account + " asset=" + assetName(price) + " amount=" + quantity;
            case KILL -> "kill acct=A" + account + " on=" + (price != 0 ? 1 : 0);
            case CHANGE -> "change sym=S" + instrument + " " + CHANGEABLE.get(type) + "=" + quantity;
        };
    }

    private String newLine() {
        final StringBuilder line = new StringBuilder("new id=o" + id + " sym=S" + instrument + " side=" + name(Side::get, side) + " type="
            + name(OrderType::get, type) + " tif=" + name(TimeInForce::get, timeInForce));
        word(line, "price", price);
        line.append(" qty=").append(quantity);
        if ((flags & EXTENDED) != 0) {
            word(line, "stop", terms.stop);
            word(line, "display", terms.display);
            word(line, "min", terms.minimum);
            word(line, "expire", terms.expire);
            word(line, "offset", terms.offset);
            word(line, "limit", terms.limit);
            word(line, "link", terms.link);
            if (terms.peg != 0) {
                line.append(" peg=").append(name(PegReference::get, terms.peg));
            }
        }
        return line.append(flagWords()).append(" acct=A").append(account).append(stpWord()).append(sessionWord()).toString();
    }

    private static void word(final StringBuilder line, final String key, final long value) {
        if (value != 0) {
            line.append(' ').append(key).append('=').append(value);
        }
    }

    private static String name(final Function<Short, Enum<?>> names, final int raw) {
        try {
            return names.apply((short) raw).name();
        } catch (final IllegalArgumentException e) {
            return String.valueOf(raw);
        }
    }

    private String target() {
        return (orderId != 0 ? " id=#" + orderId : " id=o" + id) + " acct=A" + account;
    }

    private String flagWords() {
        final List<String> words = new ArrayList<>();
        if ((flags & REPRICE) != 0) {
            words.add(" post=REPRICE");
        } else if ((flags & POST_ONLY) != 0) {
            words.add(" post=1");
        }
        if ((flags & HIDDEN) != 0) {
            words.add(" hidden=1");
        }
        if ((flags & ALL_OR_NONE) != 0) {
            words.add(" aon=1");
        }
        if ((flags & REST) != 0) {
            words.add(" rest=1");
        }
        return String.join("", words);
    }

    private String stpWord() {
        return selfTradePrevention == 0 ? "" : " stp=" + name(SelfTradePrevention::get, selfTradePrevention);
    }

    private String sessionWord() {
        return session == 0 ? "" : " session=" + session;
    }

    private static String assetName(final long asset) {
        final StringBuilder name = new StringBuilder();
        for (long rest = asset; rest != 0; rest >>>= 8) {
            name.append((char) (rest & 0xff));
        }
        return name.toString();
    }

    @Override
    public String toString() {
        return line();
    }

    // ------------------------------------------------------------------------------------------- simpler ones

    /** Commands that differ from this one in one way that makes it plainer. */
    List<Command> simpler() {
        final List<Command> simpler = new ArrayList<>();
        if (kind == Kind.NEW) {
            for (int bit = 1; bit <= REST; bit <<= 1) {
                if (bit != EXTENDED && (flags & bit) != 0) {
                    simpler.add(with(session, timeInForce, flags & ~bit, selfTradePrevention, quantity, terms));
                }
            }
            if (timeInForce != 0) {
                simpler.add(with(session, 0, flags, selfTradePrevention, quantity, terms));
            }
            if (terms.display != 0) {
                simpler.add(with(session, timeInForce, flags, selfTradePrevention, quantity,
                    new Terms(terms.stop, 0, terms.minimum, terms.expire, terms.offset, terms.limit, terms.link, terms.peg)));
            }
            if (terms.link != 0) {
                simpler.add(with(session, timeInForce, flags, selfTradePrevention, quantity,
                    new Terms(terms.stop, terms.display, terms.minimum, terms.expire, terms.offset, terms.limit, 0, terms.peg)));
            }
            if (terms.equals(Terms.NONE) && (flags & EXTENDED) != 0) {
                simpler.add(with(session, timeInForce, flags & ~EXTENDED, selfTradePrevention, quantity, terms));
            }
        }
        if (selfTradePrevention != 0) {
            simpler.add(with(session, timeInForce, flags, 0, quantity, terms));
        }
        if (session != 0) {
            simpler.add(with(0, timeInForce, flags, selfTradePrevention, quantity, terms));
        }
        if ((kind == Kind.NEW || kind == Kind.REPLACE) && quantity > 1) {
            simpler.add(with(session, timeInForce, flags, selfTradePrevention, 1, terms));
            simpler.add(with(session, timeInForce, flags, selfTradePrevention, quantity / 2, terms));
        }
        return simpler;
    }

    private Command with(final int newSession, final int newTimeInForce, final int newFlags, final int newSelfTradePrevention,
                         final long newQuantity, final Terms newTerms) {
        return new Command(kind, account, newSession, id, orderId, instrument, side, type, newTimeInForce, newFlags,
            newSelfTradePrevention, price, newQuantity, newTerms);
    }
}
