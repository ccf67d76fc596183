package bourse.engine.match;

/**
 * The end of a command: the instruments that it touched come to rest (continuous trading) or say what an auction would do now (auction call), by ascending id.
 * Hot path. Thread: engine.
 */
final class CommandEnd {
    private final MatcherCore core;
    private final Settling settling;
    private final Auction auction;

    CommandEnd(final MatcherCore core, final Settling settling, final Auction auction) {
        this.core = core;
        this.settling = settling;
        this.auction = auction;
    }

    /** Of a command that can have touched one instrument only. */
    void finish(final InstrumentBook book) {
        final int state = book.state();
        if (state == Raw.CONTINUOUS) {
            settling.settle(book);
        } else if (state == Raw.AUCTION_CALL) {
            indicate(book);
        }
    }

    /** Of a command that can have touched any. */
    void finishAll() {
        for (int id = 1; id <= core.highestInstrumentId; id++) {
            if (core.books[id] != null) {
                finish(core.books[id]);
            }
        }
    }

    private void indicate(final InstrumentBook book) {
        auction.find(book);
        if (auction.price != book.indicatedPrice || auction.volume != book.indicatedVolume || auction.surplus != book.indicatedSurplus) {
            remember(book);
            core.listener.onAuctionIndication(book.instrumentId, auction.price, auction.volume, auction.surplus);
        }
    }

    /** After a restore: what was said last is what holds now. */
    void remember(final InstrumentBook book) {
        book.indicatedPrice = auction.price;
        book.indicatedVolume = auction.volume;
        book.indicatedSurplus = auction.surplus;
    }
}
