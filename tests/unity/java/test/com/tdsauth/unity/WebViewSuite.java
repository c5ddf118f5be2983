package com.tdsauth.unity;

import android.app.Activity;
import android.webkit.WebView;

/** Plays TdsAuthWebView on the stubs, as Android would; speaks TAP. */
public final class WebViewSuite {
    private static final String REDIRECT = "tapoauth://authorize";
    private static final String PAGE = "https://accounts.example.com/authorize?state=s";

    private static int count;
    private static boolean isFailed;

    public static void main(String[] arguments) {
        run("the answer ends the page and is taken once", WebViewSuite::answer);
        run("the page goes on to other pages, not to other apps", WebViewSuite::elsewhere);
        run("going back on the first page dismisses it", WebViewSuite::back);
        run("a page that the system closes is dismissed", WebViewSuite::destroyed);
        run("the game closes the page", WebViewSuite::closed);
        run("a page of an earlier login says nothing", WebViewSuite::earlier);
        run("what leads back", WebViewSuite::leadsBack);
        System.out.println("1.." + count);
        System.exit(isFailed ? 1 : 0);
    }

    private static void answer() {
        TdsAuthWebView page = open();
        check(TdsAuthWebView.state() == TdsAuthWebView.OPEN, "it is open");
        check(PAGE.equals(web(page).url), "it shows TapTap's page");
        check(!web(page).getSettings().allowsFiles, "it reads no files");
        check(!web(page).follow(REDIRECT + "?code=c&state=s"), "it does not go there");
        check(page.isFinished, "it ends");
        page.onDestroy();
        check(TdsAuthWebView.state() == TdsAuthWebView.ANSWERED, "there is an answer");
        check((REDIRECT + "?code=c&state=s").equals(TdsAuthWebView.takeAnswer()), "it is whole");
        check(TdsAuthWebView.takeAnswer() == null, "it is taken");
        check(TdsAuthWebView.state() == TdsAuthWebView.CLOSED, "and that was it");
    }

    private static void elsewhere() {
        TdsAuthWebView page = open();
        check(web(page).follow("https://accounts.example.com/consent"), "another page");
        check(!web(page).follow("intent://scan/#Intent;scheme=zxing;end"), "no other app");
        check(!web(page).follow("file:///data/data/x"), "no file");
        check(TdsAuthWebView.state() == TdsAuthWebView.OPEN, "it is still open");
        TdsAuthWebView.close();
    }

    private static void back() {
        TdsAuthWebView page = open();
        web(page).follow("https://accounts.example.com/consent");
        page.onBackPressed();
        check(TdsAuthWebView.state() == TdsAuthWebView.OPEN, "back to the page before");
        page.onBackPressed();
        check(TdsAuthWebView.state() == TdsAuthWebView.DISMISSED, "back to the game");
        check(page.isFinished, "it ends");
        TdsAuthWebView.close();
    }

    private static void destroyed() {
        TdsAuthWebView page = open();
        WebView web = web(page);
        page.onDestroy();
        check(TdsAuthWebView.state() == TdsAuthWebView.DISMISSED, "it is gone");
        check(web.isDestroyed, "with its page");
        TdsAuthWebView.close();
    }

    private static void closed() {
        TdsAuthWebView page = open();
        TdsAuthWebView.close();
        check(page.isFinished, "it ends");
        page.onDestroy();
        check(TdsAuthWebView.state() == TdsAuthWebView.CLOSED, "nobody dismissed it");
    }

    private static void earlier() {
        TdsAuthWebView first = open();
        TdsAuthWebView second = open();
        check(first.isFinished, "the second closes the first");
        first.onDestroy();
        web(second).follow(REDIRECT + "?code=2");
        check((REDIRECT + "?code=2").equals(TdsAuthWebView.takeAnswer()), "the second's answer");
    }

    private static void leadsBack() {
        String[] back = {REDIRECT, REDIRECT + "?a=b", "TAPOAUTH://authorize?a", REDIRECT + "/?a=b"};
        for (String each : back) {
            check(TdsAuthWebView.leadsBack(each, REDIRECT), each);
        }
        String[] away = {
            "https://authorize", "tapoauth://authorize.example.com?a", "tapoauth:authorize",
            "tapoauth://authorize/more?a", "tapoauth://other?x=tapoauth://authorize"};
        for (String each : away) {
            check(!TdsAuthWebView.leadsBack(each, REDIRECT), each);
        }
    }

    private static TdsAuthWebView open() {
        Activity game = new Activity();
        TdsAuthWebView.open(game, PAGE, REDIRECT);
        check(game.started.target == TdsAuthWebView.class, "it is started");
        TdsAuthWebView page = new TdsAuthWebView();
        page.setIntent(game.started);
        page.onCreate(null);
        return page;
    }

    private static WebView web(TdsAuthWebView page) {
        return (WebView) page.content;
    }

    private static void check(boolean claim, String what) {
        if (!claim) {
            throw new IllegalStateException("not so: " + what);
        }
    }

    private static void run(String name, Runnable test) {
        count++;
        try {
            test.run();
            System.out.println("ok " + count + " - " + name);
        } catch (RuntimeException failure) {
            isFailed = true;
            System.out.println("not ok " + count + " - " + name);
            System.out.println("# " + failure);
        }
    }
}
