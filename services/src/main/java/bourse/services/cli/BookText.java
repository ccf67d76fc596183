package bourse.services.cli;

import bourse.marketdata.v1.BookSide;
import bourse.marketdata.v1.BookSnapshot;
import bourse.marketdata.v1.FeedMessage;
import bourse.marketdata.v1.Level;
import bourse.reference.v1.Instrument;
import bourse.reference.v1.TradingState;

import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A book and its trades as text for people. */
final class BookText {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS", Locale.ROOT).withZone(ZoneId.systemDefault());

    private BookText() {
    }

    static String of(final Instrument instrument, final BookSnapshot book) {
        final StringBuilder text = new StringBuilder(1024);
        text.append(instrument.getSymbol());
        if (book.getState() != TradingState.TRADING_STATE_CONTINUOUS && book.getState() != TradingState.TRADING_STATE_UNSPECIFIED) {
            text.append(" (").append(book.getState().name().substring("TRADING_STATE_".length()).toLowerCase(Locale.ROOT).replace('_', ' ')).append(')');
        }
        if (book.getLastTradeId() != 0) {
            text.append("  last ").append(quantity(instrument, book.getLastQuantity())).append(" at ").append(price(instrument, book.getLastPrice()))
                .append(" (trade ").append(book.getLastTradeId()).append(')');
        }
        text.append("  as of event ").append(book.getEventSeq()).append('\n');
        text.append(String.format(Locale.ROOT, "%7s %14s %14s | %-14s %-14s %-7s%n", "orders", "quantity", "BUY", "SELL", "quantity", "orders"));
        final int rows = Math.max(book.getBidsCount(), book.getAsksCount());
        for (int i = 0; i < rows; i++) {
            text.append(i < book.getBidsCount() ? buy(instrument, book.getBids(i)) : " ".repeat(37)).append(" | ");
            text.append(i < book.getAsksCount() ? sell(instrument, book.getAsks(i)) : "").append('\n');
        }
        if (rows == 0) {
            text.append("(empty)\n");
        }
        return text.toString();
    }

    private static String buy(final Instrument instrument, final Level level) {
        return String.format(Locale.ROOT, "%7d %14s %14s", level.getOrders(), quantity(instrument, level.getQuantity()), price(instrument, level.getPrice()));
    }

    private static String sell(final Instrument instrument, final Level level) {
        return String.format(Locale.ROOT, "%-14s %-14s %-7d", price(instrument, level.getPrice()), quantity(instrument, level.getQuantity()), level.getOrders());
    }

    /** A trade. */
    static String of(final Instrument instrument, final FeedMessage message) {
        final var trade = message.getTrade();
        return TIME.format(Instant.ofEpochSecond(0, message.getTimeNs())) + "  " + quantity(instrument, trade.getQuantity()) + " at "
            + price(instrument, trade.getPrice()) + (trade.getAuction() ? ", auction"
            : trade.getTakerSide() == BookSide.BOOK_SIDE_BUY ? ", buyer took" : ", seller took") + ", trade " + trade.getTradeId();
    }

    /** On a terminal; a file gets a blank line instead. */
    static void clearScreen(final PrintStream out) {
        out.print(System.console() != null && System.console().isTerminal() ? "\u001b[H\u001b[2J" : "\n");
    }

    private static String price(final Instrument instrument, final long price) {
        return Decimals.text(price, instrument.getPriceDecimals());
    }

    private static String quantity(final Instrument instrument, final long quantity) {
        return Decimals.text(quantity, instrument.getQuantityDecimals());
    }
}
