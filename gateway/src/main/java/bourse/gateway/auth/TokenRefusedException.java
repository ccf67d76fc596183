package bourse.gateway.auth;

/** A token that is not accepted; the message may be shown to whoever sent it. */
public final class TokenRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean expired;

    TokenRefusedException(final String message, final boolean expired) {
        super(message, null, false, false);
        this.expired = expired;
    }

    /** It was good once. */
    public boolean isExpired() {
        return expired;
    }
}
