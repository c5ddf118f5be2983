package com.tdsauth.unity;

import android.annotation.SuppressLint;
import android.app.Activity;
import android.content.Intent;
import android.net.Uri;
import android.os.Bundle;
import android.view.ViewGroup;
import android.webkit.WebResourceRequest;
import android.webkit.WebSettings;
import android.webkit.WebView;
import android.webkit.WebViewClient;

/**
 * TapTap's login page over the game. It ends where the page leads to the game's redirect URI: that
 * URL is kept until the game takes it. The game asks each frame; nothing here calls into it.
 */
public final class TdsAuthWebView extends Activity {
    /** There is no page. */
    public static final int CLOSED = 0;
    /** The player is at it. */
    public static final int OPEN = 1;
    /** It led back; {@link #takeAnswer} has the URL. */
    public static final int ANSWERED = 2;
    /** The player closed it. */
    public static final int DISMISSED = 3;

    private static final String URL = "url";
    private static final String REDIRECT = "redirect";
    private static final String LOGIN = "login";

    private static int state = CLOSED;
    private static String answer;
    private static TdsAuthWebView shown;
    // Tells a page of an earlier login from the one of now.
    private static int logins;

    private WebView page;
    private String redirect;
    private int login;

    /** Opens the page; one that is open already is closed. From Unity's thread. */
    public static void open(Activity game, String url, String redirectUri) {
        int login;
        synchronized (TdsAuthWebView.class) {
            closeShown();
            logins++;
            login = logins;
            state = OPEN;
            answer = null;
        }
        Intent intent = new Intent(game, TdsAuthWebView.class);
        intent.putExtra(URL, url);
        intent.putExtra(REDIRECT, redirectUri);
        intent.putExtra(LOGIN, login);
        game.startActivity(intent);
    }

    /** One of the constants above. */
    public static synchronized int state() {
        return state;
    }

    /** The URL with the player's answer, once; null if there is none. */
    public static synchronized String takeAnswer() {
        String taken = answer;
        answer = null;
        if (state == ANSWERED) {
            state = CLOSED;
        }
        return taken;
    }

    /** Takes the page away, if there is one. */
    public static synchronized void close() {
        state = CLOSED;
        answer = null;
        closeShown();
    }

    private static synchronized void end(TdsAuthWebView from, int how, String url) {
        if (from.login == logins && state == OPEN) {
            state = how;
            answer = url;
        }
    }

    private static synchronized void show(TdsAuthWebView made) {
        // The game may have closed it before it came to be.
        if (made.login == logins && state == OPEN) {
            shown = made;
        } else {
            made.finish();
        }
    }

    private static synchronized void hide(TdsAuthWebView gone) {
        if (shown == gone) {
            shown = null;
        }
    }

    private static void closeShown() {
        final TdsAuthWebView old = shown;
        shown = null;
        if (old != null) {
            old.runOnUiThread(new Runnable() {
                @Override
                public void run() {
                    old.finish();
                }
            });
        }
    }

    /** Whether {@code url} is {@code redirectUri}, with a query or without. */
    static boolean leadsBack(String url, String redirectUri) {
        Uri to = Uri.parse(url);
        Uri back = Uri.parse(redirectUri);
        return same(to.getScheme(), back.getScheme())
            && same(to.getEncodedAuthority(), back.getEncodedAuthority())
            && path(to).equals(path(back));
    }

    private static boolean same(String one, String other) {
        return one != null && one.equalsIgnoreCase(other);
    }

    private static String path(Uri uri) {
        String path = uri.getEncodedPath();
        return path == null || path.equals("/") ? "" : path;
    }

    @Override
    @SuppressLint("SetJavaScriptEnabled")
    protected void onCreate(Bundle saved) {
        super.onCreate(saved);
        Intent intent = getIntent();
        redirect = intent.getStringExtra(REDIRECT);
        login = intent.getIntExtra(LOGIN, 0);
        page = new WebView(this);
        WebSettings settings = page.getSettings();
        // TapTap's page is a program.
        settings.setJavaScriptEnabled(true);
        settings.setDomStorageEnabled(true);
        settings.setAllowFileAccess(false);
        settings.setAllowContentAccess(false);
        page.setWebViewClient(new Client());
        setContentView(page, new ViewGroup.LayoutParams(
            ViewGroup.LayoutParams.MATCH_PARENT, ViewGroup.LayoutParams.MATCH_PARENT));
        show(this);
        page.loadUrl(intent.getStringExtra(URL));
    }

    @Override
    public void onBackPressed() {
        if (page != null && page.canGoBack()) {
            page.goBack();
        } else {
            end(this, DISMISSED, null);
            super.onBackPressed();
        }
    }

    @Override
    protected void onDestroy() {
        // Also when the system closes it: the player can begin anew.
        end(this, DISMISSED, null);
        hide(this);
        if (page != null) {
            page.destroy();
            page = null;
        }
        super.onDestroy();
    }

    private final class Client extends WebViewClient {
        @Override
        public boolean shouldOverrideUrlLoading(WebView view, WebResourceRequest request) {
            return leaves(request.getUrl().toString());
        }

        /** For Android 6 and earlier. */
        @Override
        @SuppressWarnings("deprecation")
        public boolean shouldOverrideUrlLoading(WebView view, String url) {
            return leaves(url);
        }

        private boolean leaves(String url) {
            if (leadsBack(url, redirect)) {
                end(TdsAuthWebView.this, ANSWERED, url);
                finish();
                return true;
            }
            // The page has no business with other apps, nor with files.
            String scheme = Uri.parse(url).getScheme();
            return !same("https", scheme) && !same("http", scheme);
        }
    }
}
