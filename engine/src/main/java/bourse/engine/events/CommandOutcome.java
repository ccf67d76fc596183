package bourse.engine.events;

/**
 * What one command came to: the first event that it caused for its own account, and the template that answers it. A mass cancel is
 * answered by {@code MassCancelled} and a quote by {@code QuoteAccepted}, whatever came before. Hot path. Thread: engine.
 */
public final class CommandOutcome {
    private long accountSeq;
    private long orderId;
    private int templateId;
    private int reason;

    void clear() {
        accountSeq = 0;
        orderId = 0;
        templateId = 0;
        reason = 0;
    }

    void onEvent(final int eventTemplateId, final long eventAccountSeq, final long eventOrderId) {
        if (templateId == 0) {
            templateId = eventTemplateId;
            accountSeq = eventAccountSeq;
            orderId = eventOrderId;
        }
    }

    void settle(final int eventTemplateId, final int rejectReason) {
        templateId = eventTemplateId;
        reason = rejectReason;
    }

    /** Number of the first event for the command's account; 0 = there was none. */
    public long accountSeq() {
        return accountSeq;
    }

    /** The engine's id of the order that the first event is about, 0 = none. */
    public long orderId() {
        return orderId;
    }

    /** Template of the event that answers the command; 0 = none. */
    public int templateId() {
        return templateId;
    }

    /** Raw {@code RejectReason}; 0 = not refused. */
    public int reason() {
        return reason;
    }
}
