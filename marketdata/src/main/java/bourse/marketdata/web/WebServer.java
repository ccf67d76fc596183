package bourse.marketdata.web;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Serves the page and streams frames to it as server-sent events. Read-only: GET and HEAD, no parameters but an instrument id. One virtual
 * thread a page; pages are bounded in number, and each holds one frame at a time.
 */
public final class WebServer implements AutoCloseable {
    private static final int BACKLOG = 64;
    private static final long POLL_MS = 8;
    private static final long KEEP_ALIVE_MS = 10_000;
    private static final byte[] KEEP_ALIVE = ": \n\n".getBytes(StandardCharsets.US_ASCII);
    private static final Map<String, String> FILES = Map.of("/", "index.html", "/app.js", "app.js", "/chart.js", "chart.js", "/style.css",
        "style.css", "/favicon.svg", "favicon.svg");
    private static final Map<String, String> TYPES = Map.of("html", "text/html; charset=utf-8", "js", "text/javascript; charset=utf-8", "css",
        "text/css; charset=utf-8", "svg", "image/svg+xml");
    private static final String POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private final WebFrames frames;
    private final int maxPages;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean closed;

    /** Binds {@code address}; port 0 takes a free one. */
    public WebServer(final InetSocketAddress address, final WebFrames frames, final int maxPages) throws IOException {
        this.frames = frames;
        this.maxPages = maxPages;
        server = HttpServer.create(address, BACKLOG);
        server.setExecutor(threads);
        server.createContext("/", this::file);
        server.createContext("/events", this::events);
        server.createContext("/api/summary", this::summary);
        server.start();
    }

    /** Where it is bound. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        closed = true;
        server.stop(0);
        threads.shutdownNow();
    }

    private void file(final HttpExchange exchange) throws IOException {
        try (exchange) {
            final String name = FILES.get(exchange.getRequestURI().getPath());
            if (!isRead(exchange)) {
                return;
            }
            if (name == null) {
                refuse(exchange, 404, "no such page");
                return;
            }
            try (InputStream in = WebServer.class.getResourceAsStream(name)) {
                if (in == null) {
                    refuse(exchange, 404, "no such page");
                    return;
                }
                final byte[] bytes = in.readAllBytes();
                headers(exchange, TYPES.get(name.substring(name.lastIndexOf('.') + 1)));
                respond(exchange, bytes);
            }
        }
    }

    private void summary(final HttpExchange exchange) throws IOException {
        try (exchange) {
            if (isRead(exchange)) {
                headers(exchange, "application/json");
                respond(exchange, frames.summary().json());
            }
        }
    }

    private void events(final HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!isRead(exchange)) {
                return;
            }
            final int instrumentId = instrumentId(exchange.getRequestURI().getQuery());
            if (instrumentId < 0) {
                refuse(exchange, 400, "instrument: expected a number, as in /events?instrument=1");
            } else if (!frames.isKnown(instrumentId)) {
                refuse(exchange, 404, "instrument: " + instrumentId + " (expected: one of /api/summary)");
            } else if (frames.pageCount().incrementAndGet() > maxPages) {
                frames.pageCount().decrementAndGet();
                exchange.getResponseHeaders().set("Retry-After", "5");
                refuse(exchange, 503, "too many pages are open (expected: <= " + maxPages + ")");
            } else {
                final WebFrames.Watched watched = frames.watch(instrumentId);
                final long barsBefore = watched.bars.version();
                watched.watchers.incrementAndGet();
                watched.barsWanted = true;
                try {
                    headers(exchange, "text/event-stream");
                    exchange.sendResponseHeaders(200, 0);
                    stream(exchange.getResponseBody(), watched, barsBefore);
                } finally {
                    watched.watchers.decrementAndGet();
                    frames.pageCount().decrementAndGet();
                }
            }
        }
    }

    /** Writes frames until the page is gone: bars that are newer than {@code barsBefore} once, then books. */
    private void stream(final OutputStream out, final WebFrames.Watched watched, final long barsBefore) throws IOException {
        long sentBook = 0;
        long sentSummary = 0;
        boolean sentBars = false;
        long lastWriteMs = System.currentTimeMillis();
        while (!closed) {
            boolean wrote = false;
            final WebFrames.Frame summary = frames.summary();
            if (summary.version() > sentSummary) {
                sentSummary = summary.version();
                event(out, "summary", summary.json());
                wrote = true;
            }
            final WebFrames.Frame bars = watched.bars;
            if (!sentBars && bars.version() > barsBefore) {
                sentBars = true;
                event(out, "bars", bars.json());
                wrote = true;
            }
            final WebFrames.Frame book = watched.book;
            if (sentBars && book.version() > sentBook) {
                sentBook = book.version();
                event(out, "book", book.json());
                wrote = true;
            }
            if (!wrote && System.currentTimeMillis() - lastWriteMs > KEEP_ALIVE_MS) {
                out.write(KEEP_ALIVE);
                wrote = true;
            }
            if (wrote) {
                out.flush();
                lastWriteMs = System.currentTimeMillis();
            }
            try {
                Thread.sleep(POLL_MS);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void event(final OutputStream out, final String name, final byte[] json) throws IOException {
        out.write(("event: " + name + "\ndata: ").getBytes(StandardCharsets.US_ASCII));
        out.write(json);
        out.write('\n');
        out.write('\n');
    }

    private static int instrumentId(final String query) {
        if (query == null || !query.matches("instrument=\\d{1,9}")) {
            return -1;
        }
        return Integer.parseInt(query.substring("instrument=".length()));
    }

    private static boolean isRead(final HttpExchange exchange) throws IOException {
        final String method = exchange.getRequestMethod();
        if (method.equals("GET") || method.equals("HEAD")) {
            return true;
        }
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        refuse(exchange, 405, "this page only reads");
        return false;
    }

    private static void headers(final HttpExchange exchange, final String type) {
        final Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", type);
        headers.set("Cache-Control", "no-store");
        headers.set("Content-Security-Policy", POLICY);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
    }

    private static void respond(final HttpExchange exchange, final byte[] bytes) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(200, -1);
        } else {
            exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static void refuse(final HttpExchange exchange, final int status, final String text) throws IOException {
        final byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
        headers(exchange, "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
