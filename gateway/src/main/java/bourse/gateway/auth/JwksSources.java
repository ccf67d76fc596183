package bourse.gateway.auth;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** Where a JWKS can be: a file, or an HTTP server such as an identity provider's. */
public final class JwksSources {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int OK = 200;

    private JwksSources() {
    }

    /**
     * By what the text looks like.
     *
     * @throws IllegalArgumentException a URL that is neither https nor to this machine
     */
    public static JwksKeys.Source of(final String place) {
        return isUrl(place) ? url(URI.create(place)) : file(Path.of(place));
    }

    public static boolean isUrl(final String place) {
        return place.toLowerCase(Locale.ROOT).matches("https?://.*");
    }

    /** A file; noticed by its time and size. */
    public static JwksKeys.Source file(final Path file) {
        return new FileSource(file);
    }

    /** Fetched by GET, no redirects, 5 s at most. */
    public static JwksKeys.Source url(final URI url) {
        if (!"https".equalsIgnoreCase(url.getScheme()) && !isLoopback(url.getHost())) {
            throw new IllegalArgumentException("jwks: " + url + " (expected: https; plain http only to this machine, or anybody on the way could be the issuer)");
        }
        return new UrlSource(url);
    }

    private static boolean isLoopback(final String host) {
        if (host == null) {
            return false;
        }
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (final IOException e) {
            return false;
        }
    }

    private static String text(final byte[] bytes, final String name) throws IOException {
        if (bytes.length > JwksKeys.MAX_BYTES) {
            throw new IOException(name + ": more than " + JwksKeys.MAX_BYTES + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static final class FileSource implements JwksKeys.Source {
        private final Path file;
        private volatile long seen = -1;

        FileSource(final Path file) {
            this.file = file;
        }

        private long stamp() {
            try {
                return Files.getLastModifiedTime(file).toMillis() * 31 + Files.size(file);
            } catch (final IOException e) {
                return -1;
            }
        }

        @Override
        public String fetch() throws IOException {
            final long stamp = stamp();
            seen = -1;
            try (InputStream in = Files.newInputStream(file)) {
                final String text = text(in.readNBytes(JwksKeys.MAX_BYTES + 1), name());
                seen = stamp;
                return text;
            }
        }

        @Override
        public boolean mayHaveChanged() {
            final long stamp = stamp();
            return stamp == -1 || stamp != seen;
        }

        @Override
        public boolean isLocal() {
            return true;
        }

        @Override
        public String name() {
            return file.toString();
        }
    }

    private static final class UrlSource implements JwksKeys.Source {
        private final URI url;
        private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).followRedirects(HttpClient.Redirect.NEVER).build();

        UrlSource(final URI url) {
            this.url = url;
        }

        @Override
        public String fetch() throws IOException {
            final HttpRequest request = HttpRequest.newBuilder(url).timeout(TIMEOUT).header("accept", "application/jwk-set+json, application/json").build();
            try {
                final HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
                try (InputStream body = response.body()) {
                    if (response.statusCode() != OK) {
                        throw new IOException(url + ": HTTP status " + response.statusCode() + " (expected: 200)");
                    }
                    return text(body.readNBytes(JwksKeys.MAX_BYTES + 1), name());
                }
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(url + ": interrupted", e);
            }
        }

        @Override
        public String name() {
            return url.toString();
        }
    }
}
