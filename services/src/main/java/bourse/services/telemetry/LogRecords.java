package bourse.services.telemetry;

import bourse.services.config.TelemetryConfig;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Writes log records to stderr, one a line: {@code 21:40:03.120 INFO  shard: ready ms=812} for people or one JSON object for machines. Messages of
 * ours are short text followed by {@code key=value}. Everything that logs through SLF4J or java.util.logging ends here.
 */
public final class LogRecords extends Handler {
    private static final DateTimeFormatter TIME_OF_DAY = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());
    private static final String[] NOISY = {"io.grpc", "io.netty", "io.opentelemetry", "sun", "jdk", "com.sun"};
    /** Warns, with forty lines, of each call that its client ended while an answer was under way: as often as a stranger likes. */
    private static final String LOUDEST = "io.grpc.netty.NettyServerHandler";
    /** Referenced here because java.util.logging forgets levels of loggers that nobody holds. */
    private static final Logger[] HELD = new Logger[NOISY.length + 1];

    private final boolean json;
    private final PrintStream out;
    private final SimpleFormatter messages = new SimpleFormatter();

    LogRecords(final TelemetryConfig.LogFormat format, final PrintStream out) {
        this.json = format == TelemetryConfig.LogFormat.JSON;
        this.out = out;
    }

    /** Makes this the only handler of the process. */
    public static void install(final TelemetryConfig.LogLevel level, final TelemetryConfig.LogFormat format) {
        final Level least = switch (level) {
            case DEBUG -> Level.FINE;
            case INFO -> Level.INFO;
            case WARN -> Level.WARNING;
            case ERROR -> Level.SEVERE;
        };
        LogManager.getLogManager().reset();
        final Logger root = Logger.getLogger("");
        root.addHandler(new LogRecords(format, System.err));
        root.setLevel(least);
        for (int i = 0; i < NOISY.length; i++) {
            HELD[i] = Logger.getLogger(NOISY[i]);
            HELD[i].setLevel(least.intValue() < Level.WARNING.intValue() ? Level.WARNING : least);
        }
        HELD[NOISY.length] = Logger.getLogger(LOUDEST);
        HELD[NOISY.length].setLevel(level == TelemetryConfig.LogLevel.DEBUG ? Level.WARNING : Level.SEVERE);
    }

    @Override
    public void publish(final LogRecord logged) {
        final StringBuilder line = new StringBuilder(128);
        if (json) {
            json(line, logged);
        } else {
            text(line, logged);
        }
        out.println(line);
    }

    private void text(final StringBuilder line, final LogRecord logged) {
        line.append(TIME_OF_DAY.format(logged.getInstant())).append(' ');
        final String level = name(logged.getLevel());
        line.append(level).append(" ".repeat(6 - level.length()));
        line.append(shortName(logged.getLoggerName())).append(": ").append(messages.formatMessage(logged).stripTrailing());
        if (logged.getThrown() != null) {
            line.append('\n').append(trace(logged.getThrown()).stripTrailing());
        }
    }

    private void json(final StringBuilder line, final LogRecord logged) {
        final Instant time = logged.getInstant();
        line.append("{\"time\":\"").append(time).append("\",\"level\":\"").append(name(logged.getLevel())).append("\",\"logger\":");
        quote(line, logged.getLoggerName());
        line.append(",\"thread\":").append(logged.getLongThreadID()).append(",\"message\":");
        quote(line, messages.formatMessage(logged).stripTrailing());
        if (logged.getThrown() != null) {
            line.append(",\"exception\":");
            quote(line, trace(logged.getThrown()));
        }
        line.append('}');
    }

    private static String name(final Level level) {
        final int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (value >= Level.WARNING.intValue()) {
            return "WARN";
        }
        return value >= Level.INFO.intValue() ? "INFO" : "DEBUG";
    }

    private static String shortName(final String logger) {
        return logger == null ? "" : logger.substring(logger.lastIndexOf('.') + 1);
    }

    private static String trace(final Throwable thrown) {
        final StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static void quote(final StringBuilder line, final String text) {
        line.append('"');
        for (int i = 0, length = text == null ? 0 : text.length(); i < length; i++) {
            final char c = text.charAt(i);
            switch (c) {
                case '"' -> line.append("\\\"");
                case '\\' -> line.append("\\\\");
                case '\n' -> line.append("\\n");
                case '\t' -> line.append("\\t");
                default -> {
                    if (c < 0x20) {
                        line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        line.append(c);
                    }
                }
            }
        }
        line.append('"');
    }

    @Override
    public void flush() {
        out.flush();
    }

    @Override
    public void close() {
        flush();
    }
}
