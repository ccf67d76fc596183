package bourse.marketdata.web;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Headless Chromium, driven over its debugging protocol with what the JDK has: opens a page, evaluates, collects errors, takes pictures. */
final class Browser implements AutoCloseable {
    private static final Pattern ID = Pattern.compile("^\\{\"id\":(\\d+)");
    private static final Pattern STRING_VALUE = Pattern.compile("\"type\":\"string\",\"value\":\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern DATA = Pattern.compile("\"data\":\"([A-Za-z0-9+/=]+)\"");
    private static final Pattern DEBUGGER = Pattern.compile("DevTools listening on ws://([^/]+)/");
    private static final Pattern PAGE = Pattern.compile("\"webSocketDebuggerUrl\":\\s*\"(ws://[^\"]+/page/[^\"]+)\"");

    private final Process process;
    private final WebSocket socket;
    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicInteger ids = new AtomicInteger();
    private final ConcurrentHashMap<Integer, CompletableFuture<String>> answers = new ConcurrentHashMap<>();
    private final List<String> errors = new CopyOnWriteArrayList<>();

    /** Starts a browser with a profile of its own. */
    Browser(final Path executable, final Path profile, final int width, final int height) throws Exception {
        process = new ProcessBuilder(executable.toString(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
            "--user-data-dir=" + profile, "--remote-debugging-port=0", "--window-size=" + width + "," + height, "about:blank")
            .redirectErrorStream(true).start();
        final BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String host = null;
        for (String line; host == null && (line = out.readLine()) != null;) {
            final Matcher matcher = DEBUGGER.matcher(line);
            host = matcher.find() ? matcher.group(1) : null;
        }
        Thread.ofVirtual().start(() -> out.lines().forEach(line -> { }));
        socket = http.newWebSocketBuilder().buildAsync(URI.create(page(host)), new Answers()).get(10, TimeUnit.SECONDS);
        call("Page.enable", "{}");
        call("Runtime.enable", "{}");
        call("Log.enable", "{}");
        call("Emulation.setDeviceMetricsOverride", "{\"width\":" + width + ",\"height\":" + height
            + ",\"deviceScaleFactor\":1,\"mobile\":false}");
    }

    /** Where a Chromium is on this machine, or null. */
    static Path find() {
        for (final String name : List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")) {
            if (Files.isExecutable(Path.of(name))) {
                return Path.of(name);
            }
        }
        return null;
    }

    /** Console errors, exceptions and failed loads so far. */
    List<String> errors() {
        return errors;
    }

    void open(final String url) {
        call("Page.navigate", "{\"url\":\"" + url + "\"}");
    }

    /** The value of an expression, as text. */
    String evaluate(final String expression) {
        final String answer = call("Runtime.evaluate", "{\"returnByValue\":true,\"expression\":\"String("
            + expression.replace("\\", "\\\\").replace("\"", "\\\"") + ")\"}");
        final Matcher matcher = STRING_VALUE.matcher(answer);
        if (!matcher.find()) {
            throw new IllegalStateException("no value: " + answer);
        }
        return matcher.group(1).replace("\\\"", "\"").replace("\\n", "\n");
    }

    void press(final String key) {
        evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: '" + key + "'}))");
    }

    void screenshot(final Path file) throws IOException {
        final Matcher matcher = DATA.matcher(call("Page.captureScreenshot", "{\"format\":\"png\"}"));
        if (!matcher.find()) {
            throw new IllegalStateException("no picture");
        }
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(matcher.group(1)));
    }

    @Override
    public void close() throws InterruptedException {
        socket.abort();
        http.close();
        process.destroy();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    private String page(final String host) throws Exception {
        final String list = http.send(java.net.http.HttpRequest.newBuilder(URI.create("http://" + host + "/json/list")).build(),
            java.net.http.HttpResponse.BodyHandlers.ofString()).body();
        final Matcher matcher = PAGE.matcher(list);
        if (!matcher.find()) {
            throw new IllegalStateException("no page: " + list);
        }
        return matcher.group(1);
    }

    private String call(final String method, final String parameters) {
        final int id = ids.incrementAndGet();
        final CompletableFuture<String> answer = new CompletableFuture<>();
        answers.put(id, answer);
        socket.sendText("{\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + parameters + "}", true).join();
        try {
            return answer.get(15, TimeUnit.SECONDS);
        } catch (final Exception e) {
            throw new IllegalStateException(method + ": " + e, e);
        }
    }

    private final class Answers implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public void onOpen(final WebSocket webSocket) {
            webSocket.request(Long.MAX_VALUE);
        }

        @Override
        public CompletionStage<?> onText(final WebSocket webSocket, final CharSequence data, final boolean last) {
            text.append(data);
            if (last) {
                final String message = text.toString();
                text.setLength(0);
                final Matcher matcher = ID.matcher(message);
                if (matcher.find()) {
                    answers.remove(Integer.parseInt(matcher.group(1))).complete(message);
                } else if (message.contains("Runtime.exceptionThrown") || message.contains("\"type\":\"error\"")
                    || message.contains("\"level\":\"error\"")) {
                    errors.add(message);
                }
            }
            return null;
        }
    }
}
