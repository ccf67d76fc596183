package bourse.services.cli;

import bourse.order.v1.CommandRejected;
import bourse.order.v1.DuplicateOutcome;
import bourse.order.v1.Event;
import bourse.order.v1.Execution;
import bourse.order.v1.NotApplied;
import bourse.order.v1.OpenOrder;
import bourse.order.v1.OrderAccepted;
import bourse.order.v1.Side;

import java.util.Locale;

/** Events of an account as lines for people. */
final class EventText {
    private final Instruments instruments;

    EventText(final Instruments instruments) {
        this.instruments = instruments;
    }

    String of(final Event event) {
        return switch (event.getEventCase()) {
            case ACCEPTED -> accepted(event.getAccepted());
            case REJECTED -> rejected(event.getRejected());
            case EXECUTION -> execution(event.getExecution());
            case BOOKED -> line("booked", event.getBooked().getOrderId(), event.getBooked().getClientOrderId(),
                quantity(event.getBooked().getInstrumentId(), event.getBooked().getLeaves()) + " rest at "
                    + price(event.getBooked().getInstrumentId(), event.getBooked().getPrice()));
            case CANCELLED -> line("cancelled", event.getCancelled().getOrderId(), event.getCancelled().getClientOrderId(),
                quantity(event.getCancelled().getInstrumentId(), event.getCancelled().getQuantity()) + " will not trade, reason "
                    + word(event.getCancelled().getReason(), "CANCEL_REASON_"));
            case REDUCED -> line("reduced", event.getReduced().getOrderId(), event.getReduced().getClientOrderId(),
                quantity(event.getReduced().getInstrumentId(), event.getReduced().getLeaves()) + " left");
            case REPLACED -> line("replaced", event.getReplaced().getOrderId(), event.getReplaced().getClientOrderId(),
                quantity(event.getReplaced().getInstrumentId(), event.getReplaced().getLeaves()) + " at "
                    + price(event.getReplaced().getInstrumentId(), event.getReplaced().getPrice())
                    + (event.getReplaced().getPriorityKept() ? ", place in the queue kept" : ", to the back of the queue"));
            case TRIGGERED -> line("triggered", event.getTriggered().getOrderId(), event.getTriggered().getClientOrderId(),
                "stop price " + price(event.getTriggered().getInstrumentId(), event.getTriggered().getStopPrice()) + " reached");
            case RESTATED -> line("restated", event.getRestated().getOrderId(), event.getRestated().getClientOrderId(),
                quantity(event.getRestated().getInstrumentId(), event.getRestated().getLeaves()) + " at "
                    + price(event.getRestated().getInstrumentId(), event.getRestated().getPrice()) + ", reason "
                    + word(event.getRestated().getReason(), "RESTATE_REASON_"));
            case MASS_CANCELLED -> "mass cancel  " + event.getMassCancelled().getCancelledOrders() + " orders cancelled";
            case QUOTE_ACCEPTED -> "quoted     quote " + event.getQuoteAccepted().getQuoteId() + " in "
                + instruments.symbol(event.getQuoteAccepted().getInstrumentId());
            case EVENT_NOT_SET -> "unknown event " + event.getEventSeq();
        };
    }

    private String accepted(final OrderAccepted event) {
        final int instrument = event.getInstrumentId();
        final StringBuilder text = new StringBuilder(side(event.getSide())).append(' ').append(quantity(instrument, event.getQuantity()))
            .append(' ').append(instruments.symbol(instrument));
        if (event.getPrice() != 0) {
            text.append(" at ").append(price(instrument, event.getPrice()));
        }
        if (event.getStopPrice() != 0) {
            text.append(", stop ").append(price(instrument, event.getStopPrice()));
        }
        text.append(", ").append(word(event.getOrderType(), "ORDER_TYPE_")).append(' ').append(word(event.getTimeInForce(), "TIME_IN_FORCE_"));
        return line("accepted", event.getOrderId(), event.getClientOrderId(), text.toString());
    }

    private String rejected(final CommandRejected event) {
        final StringBuilder text = new StringBuilder(word(event.getReason(), "REJECT_REASON_"));
        if (event.getFieldValue() != 0) {
            text.append(", ").append(word(event.getField(), "FIELD_"));
            if (event.getValue() != 0 || event.getLimit() != 0) {
                text.append(' ').append(event.getValue()).append(" (limit ").append(event.getLimit()).append(')');
            }
        }
        return line("rejected", event.getOrderId(), event.getClientOrderId(), text.toString());
    }

    private String execution(final Execution event) {
        final int instrument = event.getInstrumentId();
        return line("traded", event.getOrderId(), event.getClientOrderId(),
            (event.getSide() == Side.SIDE_BUY ? "bought " : "sold ") + quantity(instrument, event.getQuantity()) + ' '
                + instruments.symbol(instrument) + " at " + price(instrument, event.getPrice()) + ", " + quantity(instrument, event.getLeaves())
                + " left, " + (event.getMaker() ? "maker" : "taker") + ", trade " + event.getTradeId()
                + (event.getFee() == 0 ? "" : ", fee " + event.getFee()));
    }

    String of(final OpenOrder order) {
        final int instrument = order.getInstrumentId();
        return String.format(Locale.ROOT, "%-12d %-20s %-10s %-4s %12s %12s %12s  %s", order.getOrderId(),
            Long.toUnsignedString(order.getClientOrderId()), instruments.symbol(instrument), side(order.getSide()),
            price(instrument, order.getPrice()), quantity(instrument, order.getLeaves()), quantity(instrument, order.getQuantity()),
            word(order.getOrderType(), "ORDER_TYPE_") + ' ' + word(order.getTimeInForce(), "TIME_IN_FORCE_")
                + (order.getResting() ? "" : ", waits at " + price(instrument, order.getStopPrice())));
    }

    static String openOrdersHeading() {
        return String.format(Locale.ROOT, "%-12s %-20s %-10s %-4s %12s %12s %12s  %s", "ORDER", "CLIENT ORDER", "INSTRUMENT", "SIDE", "PRICE",
            "OPEN", "OF", "TYPE");
    }

    static String of(final NotApplied refusal) {
        return "not applied from command " + refusal.getFromClientSeq() + ": " + word(refusal.getReason(), "REJECT_REASON_")
            + (refusal.getMessage().isEmpty() ? "" : ", " + refusal.getMessage())
            + (refusal.getRetryAfterMs() == 0 ? "" : ", try again after " + refusal.getRetryAfterMs() + " ms");
    }

    static String of(final DuplicateOutcome outcome) {
        return "duplicate  command " + outcome.getClientSeq() + " was applied before"
            + (outcome.getTooOld() ? ", too long ago to say how" : ", order " + outcome.getOrderId());
    }

    private static String line(final String what, final long orderId, final long clientOrderId, final String text) {
        return String.format(Locale.ROOT, "%-10s %s%s", what, orderId == 0 ? "" : "order " + orderId + " ",
            (clientOrderId == 0 ? "" : "(client order " + Long.toUnsignedString(clientOrderId) + ") ") + text);
    }

    private String price(final int instrument, final long price) {
        return instruments.price(instrument, price);
    }

    private String quantity(final int instrument, final long quantity) {
        return instruments.quantity(instrument, quantity);
    }

    private static String side(final Side side) {
        return side == Side.SIDE_BUY ? "buy" : "sell";
    }

    private static String word(final Enum<?> value, final String prefix) {
        final String name = value.name();
        return (name.startsWith(prefix) ? name.substring(prefix.length()) : name).toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
