package bourse.marketdata.analytics;

import bourse.sbe.fold.RecordReader;
import bourse.sbe.fold.RecordWriter;

/**
 * One instrument's session in figures: open, high, low, last, volume, turnover, VWAP, bars of a second, and the latest trades. Prices in
 * price units, quantities in lots, times in nanoseconds since the epoch. Bounded: the oldest bars and trades make room. Thread: one.
 */
public final class InstrumentSession {
    /** Bars kept: an hour of busy seconds. */
    public static final int BARS = 3_600;
    /** Trades kept. A power of two. */
    public static final int TRADES = 512;
    private static final long BAR_NS = 1_000_000_000L;
    private static final long TOTALS = 1;
    private static final long BAR = 2;
    private static final long TRADE = 3;

    private long open;
    private long high;
    private long low;
    private long last;
    private long volume;
    private double turnover;
    private long trades;
    private final long[] barTimes = new long[BARS];
    private final long[] barOpens = new long[BARS];
    private final long[] barHighs = new long[BARS];
    private final long[] barLows = new long[BARS];
    private final long[] barCloses = new long[BARS];
    private final long[] barVolumes = new long[BARS];
    private int bars;
    private final long[] tradeIds = new long[TRADES];
    private final long[] tradePrices = new long[TRADES];
    private final long[] tradeQuantities = new long[TRADES];
    private final long[] tradeTimes = new long[TRADES];
    private final byte[] tradeSides = new byte[TRADES];

    /** A trade happened. */
    public void onTrade(final long tradeId, final long price, final long quantity, final int takerSide, final long timeNs) {
        if (trades == 0) {
            open = price;
            high = price;
            low = price;
        }
        high = Math.max(high, price);
        low = Math.min(low, price);
        last = price;
        volume += quantity;
        turnover += (double) price * quantity;
        final int at = (int) (trades & TRADES - 1);
        tradeIds[at] = tradeId;
        tradePrices[at] = price;
        tradeQuantities[at] = quantity;
        tradeTimes[at] = timeNs;
        tradeSides[at] = (byte) takerSide;
        trades++;
        bar(timeNs / BAR_NS, price, quantity);
    }

    /** Writes everything: the totals, then bars and trades, oldest first, a few in each record. */
    void write(final long kind, final int instrumentId, final RecordWriter writer) {
        writer.begin(kind).put(instrumentId).put(TOTALS).put(open).put(high).put(low).put(last).put(volume).put(Double.doubleToRawLongBits(turnover))
            .put(trades).put(bars);
        for (int n = Math.max(0, bars - BARS); n < bars; n++) {
            final int at = n % BARS;
            writer.begin(kind).put(instrumentId).put(BAR).put(at).put(barTimes[at]).put(barOpens[at]).put(barHighs[at]).put(barLows[at])
                .put(barCloses[at]).put(barVolumes[at]);
        }
        for (long n = Math.max(0, trades - TRADES); n < trades; n++) {
            final int at = slot(n);
            writer.begin(kind).put(instrumentId).put(TRADE).put(at).put(tradeIds[at]).put(tradePrices[at]).put(tradeQuantities[at])
                .put(tradeTimes[at]).put(tradeSides[at]);
        }
    }

    /** Takes back one record of {@link #write}, behind the instrument's id. */
    void restore(final RecordReader reader) {
        final long what = reader.next();
        if (what == TOTALS) {
            open = reader.next();
            high = reader.next();
            low = reader.next();
            last = reader.next();
            volume = reader.next();
            turnover = Double.longBitsToDouble(reader.next());
            trades = reader.next();
            bars = reader.nextInt();
            return;
        }
        final int at = reader.nextInt();
        if (what == BAR) {
            barTimes[at] = reader.next();
            barOpens[at] = reader.next();
            barHighs[at] = reader.next();
            barLows[at] = reader.next();
            barCloses[at] = reader.next();
            barVolumes[at] = reader.next();
        } else {
            tradeIds[at] = reader.next();
            tradePrices[at] = reader.next();
            tradeQuantities[at] = reader.next();
            tradeTimes[at] = reader.next();
            tradeSides[at] = (byte) reader.next();
        }
    }

    public long open() {
        return open;
    }

    public long high() {
        return high;
    }

    public long low() {
        return low;
    }

    public long last() {
        return last;
    }

    /** Lots traded. */
    public long volume() {
        return volume;
    }

    /** Sum of price times lots. */
    public double turnover() {
        return turnover;
    }

    /** Trades so far. */
    public long trades() {
        return trades;
    }

    /** Volume-weighted average price of the session in price units; 0 without trades. */
    public double vwap() {
        return volume == 0 ? 0 : turnover / volume;
    }

    /** The same over the trades that are kept. */
    public double recentVwap() {
        final int count = (int) Math.min(trades, TRADES);
        return count == 0 ? 0 : Kernels.vwap(tradePrices, tradeQuantities, count);
    }

    /** Where trade number {@code n} (from 0) stands in the arrays below; only the last {@link #TRADES} are there. */
    public static int slot(final long n) {
        return (int) (n & TRADES - 1);
    }

    public long tradeId(final int slot) {
        return tradeIds[slot];
    }

    public long tradePrice(final int slot) {
        return tradePrices[slot];
    }

    public long tradeQuantity(final int slot) {
        return tradeQuantities[slot];
    }

    public long tradeTimeNs(final int slot) {
        return tradeTimes[slot];
    }

    public int tradeSide(final int slot) {
        return tradeSides[slot];
    }

    /** Bars so far, numbered from 0; only the last {@link #BARS} are there. */
    public int bars() {
        return bars;
    }

    /** Second of bar {@code n}, since the epoch. */
    public long barTimeSeconds(final int n) {
        return barTimes[n % BARS];
    }

    public long barOpen(final int n) {
        return barOpens[n % BARS];
    }

    public long barHigh(final int n) {
        return barHighs[n % BARS];
    }

    public long barLow(final int n) {
        return barLows[n % BARS];
    }

    public long barClose(final int n) {
        return barCloses[n % BARS];
    }

    public long barVolume(final int n) {
        return barVolumes[n % BARS];
    }

    /** Takes bars, oldest first. */
    @FunctionalInterface
    public interface BarHandler {
        void onBar(long startSeconds, long open, long high, long low, long close, long volume);
    }

    /** Joins the bars of a second to bars of {@code barSeconds}, aligned to the epoch, and hands on the latest {@code most} of them. */
    public void bars(final int barSeconds, final int most, final BarHandler handler) {
        final int oldest = Math.max(0, bars - BARS);
        int from = bars;
        int found = 0;
        long start = Long.MIN_VALUE;
        while (from > oldest) {
            final long startsAt = barTimeSeconds(from - 1) / barSeconds;
            if (startsAt != start && found++ == most) {
                break;
            }
            start = startsAt;
            from--;
        }
        while (from < bars) {
            final long at = barTimeSeconds(from) / barSeconds;
            final long first = barOpen(from);
            long highest = barHigh(from);
            long lowest = barLow(from);
            long close = barClose(from);
            long sum = barVolume(from);
            for (from++; from < bars && barTimeSeconds(from) / barSeconds == at; from++) {
                highest = Math.max(highest, barHigh(from));
                lowest = Math.min(lowest, barLow(from));
                close = barClose(from);
                sum += barVolume(from);
            }
            handler.onBar(at * barSeconds, first, highest, lowest, close, sum);
        }
    }

    private void bar(final long second, final long price, final long quantity) {
        int at = (bars - 1 + BARS) % BARS;
        if (bars == 0 || barTimes[at] < second) {
            at = bars % BARS;
            bars++;
            barTimes[at] = second;
            barOpens[at] = price;
            barHighs[at] = price;
            barLows[at] = price;
            barVolumes[at] = 0;
        }
        barHighs[at] = Math.max(barHighs[at], price);
        barLows[at] = Math.min(barLows[at], price);
        barCloses[at] = price;
        barVolumes[at] += quantity;
    }
}
