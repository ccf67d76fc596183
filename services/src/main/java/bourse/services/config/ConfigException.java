package bourse.services.config;

/** A configuration that cannot be used; the message names the key, the value, what was expected, and where it was given. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigException(final String message) {
        super(message);
    }
}
