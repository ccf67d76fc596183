package bourse.bench.rung;

import bourse.order.v1.Event;
import bourse.order.v1.Execution;
import bourse.order.v1.OrderAccepted;
import bourse.order.v1.OrderReplaced;
import bourse.order.v1.Side;

/** Reports as traders get them over gRPC, into a fold. Cold. */
final class EventFolding {
    private EventFolding() {
    }

    /** Takes in one report. */
    static void fold(final Event event, final StateFold fold) {
        switch (event.getEventCase()) {
            case ACCEPTED -> {
                final OrderAccepted accepted = event.getAccepted();
                fold.accepted(accepted.getClientOrderId(), accepted.getSide() == Side.SIDE_BUY, accepted.getPrice(), accepted.getQuantity(),
                        accepted.getResting());
            }
            case BOOKED -> fold.booked(event.getBooked().getClientOrderId(), event.getBooked().getPrice(), event.getBooked().getLeaves());
            case EXECUTION -> {
                final Execution execution = event.getExecution();
                if (execution.getMaker()) {
                    fold.traded(execution.getClientOrderId(), execution.getLeaves(), execution.getPrice());
                }
            }
            case CANCELLED -> fold.cancelled(event.getCancelled().getClientOrderId());
            case REDUCED -> fold.reduced(event.getReduced().getClientOrderId(), event.getReduced().getLeaves());
            case REPLACED -> {
                final OrderReplaced replaced = event.getReplaced();
                fold.replaced(replaced.getClientOrderId(), replaced.getPrice(), replaced.getLeaves(), replaced.getPriorityKept(),
                        replaced.getResting());
            }
            case REJECTED -> fold.rejected();
            default -> {
            }
        }
    }
}
