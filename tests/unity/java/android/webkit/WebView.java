package android.webkit;

import android.content.Context;
import android.view.ViewGroup;

/** Stub: goes where it is told, if its client lets it. */
public class WebView extends ViewGroup {
    public String url;
    public boolean isDestroyed;
    private final WebSettings settings = new WebSettings();
    private WebViewClient client;
    private int depth;

    public WebView(Context context) {
    }

    public WebSettings getSettings() {
        return settings;
    }

    public void setWebViewClient(WebViewClient value) {
        client = value;
    }

    public void loadUrl(String value) {
        url = value;
    }

    /** A link or a redirect in the page; whether the page went there. */
    public boolean follow(final String to) {
        WebResourceRequest request = () -> android.net.Uri.parse(to);
        if (client.shouldOverrideUrlLoading(this, request)) {
            return false;
        }
        url = to;
        depth++;
        return true;
    }

    public boolean canGoBack() {
        return depth > 0;
    }

    public void goBack() {
        depth--;
    }

    public void destroy() {
        isDestroyed = true;
    }
}
