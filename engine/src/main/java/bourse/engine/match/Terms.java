package bourse.engine.match;

import bourse.engine.book.TermsSlot;

import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;

/** Copies rare terms into their slot. Thread: engine. */
final class Terms {
    private Terms() {
    }

    /**
     * @param slot  zeroed
     * @param limit the order's limit, 0 = none
     */
    static void write(final long slot, final ExtendedTerms terms, final long limit, final long quoteId) {
        putLong(slot + TermsSlot.STOP_PRICE, terms.stopPrice);
        putLong(slot + TermsSlot.DISPLAY, terms.displayQuantity);
        putLong(slot + TermsSlot.MIN_QUANTITY, terms.minQuantity);
        putLong(slot + TermsSlot.EXPIRE_TIME, terms.expireTimeNs);
        putLong(slot + TermsSlot.OFFSET, terms.offset);
        putLong(slot + TermsSlot.LIMIT_PRICE, terms.limitPrice);
        putLong(slot + TermsSlot.LINK_ID, terms.linkId);
        putLong(slot + TermsSlot.QUOTE_ID, quoteId);
        putLong(slot + TermsSlot.LIMIT, limit);
        putInt(slot + TermsSlot.PEG_REFERENCE, terms.pegReference);
    }
}
