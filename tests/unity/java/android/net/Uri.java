package android.net;

import java.net.URI;

/** Stub: Java's own, which is stricter than Android's. */
public final class Uri {
    private final URI uri;

    private Uri(URI uri) {
        this.uri = uri;
    }

    public static Uri parse(String text) {
        return new Uri(URI.create(text));
    }

    public String getScheme() {
        return uri.getScheme();
    }

    public String getEncodedAuthority() {
        return uri.getRawAuthority();
    }

    public String getEncodedPath() {
        return uri.getRawPath();
    }

    @Override
    public String toString() {
        return uri.toString();
    }
}
