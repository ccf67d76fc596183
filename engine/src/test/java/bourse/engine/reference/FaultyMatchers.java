package bourse.engine.reference;

import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.MatcherLimits;
import bourse.engine.scenario.MatcherFactory;

/** Reference matchers with one fault each: what property tests must find. */
public final class FaultyMatchers {
    /** The latest order at a price trades first. */
    public static final MatcherFactory LAST_IN_FIRST_OUT = listener -> new ReferenceMatcher(listener, MatcherLimits.small()) {
        @Override
        Book newBook(final InstrumentSpec spec) {
            return new Book(spec) {
                @Override
                void append(final Order order) {
                    level(order).addFirst(order);
                    order.resting = true;
                }
            };
        }
    };

    /** A refilled iceberg does not go to the back of its queue. */
    public static final MatcherFactory ICEBERG_KEEPS_ITS_PLACE = listener -> new ReferenceMatcher(listener, MatcherLimits.small()) {
        @Override
        Book newBook(final InstrumentSpec spec) {
            return new Book(spec) {
                @Override
                void moveToBack(final Order order) {
                    // The fault.
                }
            };
        }
    };

    /** Orders trade through the price band. */
    public static final MatcherFactory NO_BAND = listener -> new ReferenceMatcher(listener, MatcherLimits.small()) {
        @Override
        Book newBook(final InstrumentSpec spec) {
            return new Book(spec) {
                @Override
                boolean inBand(final long price) {
                    return true;
                }
            };
        }
    };

    private FaultyMatchers() {
    }
}
