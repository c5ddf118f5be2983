// TapTap's login page over the game. It ends where the page leads to the game's redirect URI: that
// URL is kept until the game takes it. The game asks each frame; nothing here calls into it. All of
// it runs on the main thread, which is Unity's.

#import <Foundation/Foundation.h>
#import <UIKit/UIKit.h>
#import <WebKit/WebKit.h>

#include <stddef.h>
#include <stdint.h>
#include <string.h>

extern "C" UIViewController *UnityGetGLViewController(void);

typedef NS_ENUM(int32_t, TdsAuthPageState) {
  TdsAuthPageClosed = 0,
  TdsAuthPageOpen = 1,
  TdsAuthPageAnswered = 2,
  TdsAuthPageDismissed = 3,
};

@interface TdsAuthPage
    : UIViewController <WKNavigationDelegate, UIAdaptivePresentationControllerDelegate>
@property(nonatomic, copy) NSURL *url;
@property(nonatomic, copy) NSURL *redirect;
@property(nonatomic, strong) WKWebView *page;
@end

static TdsAuthPageState pageState = TdsAuthPageClosed;
static NSString *pageAnswer = nil;
static UIViewController *pageShown = nil;

static void endPage(TdsAuthPageState how, NSString *answer) {
  pageState = how;
  pageAnswer = [answer copy];
  UIViewController *shown = pageShown;
  pageShown = nil;
  [shown dismissViewControllerAnimated:YES completion:nil];
}

static BOOL same(NSString *one, NSString *other) {
  return one != nil && other != nil && [one caseInsensitiveCompare:other] == NSOrderedSame;
}

static NSString *pathOf(NSURL *url) {
  NSString *path = url.path;
  return path == nil || [path isEqualToString:@"/"] ? @"" : path;
}

static BOOL leadsBack(NSURL *to, NSURL *back) {
  return same(to.scheme, back.scheme) && same(to.host, back.host) &&
         [pathOf(to) isEqualToString:pathOf(back)];
}

static NSURL *urlOf(const uint8_t *text, size_t length) {
  NSString *string = [[NSString alloc] initWithBytes:text
                                              length:length
                                            encoding:NSUTF8StringEncoding];
  return string == nil ? nil : [NSURL URLWithString:string];
}

@implementation TdsAuthPage

- (void)viewDidLoad {
  [super viewDidLoad];
  self.page = [[WKWebView alloc] initWithFrame:self.view.bounds];
  self.page.autoresizingMask =
      UIViewAutoresizingFlexibleWidth | UIViewAutoresizingFlexibleHeight;
  self.page.navigationDelegate = self;
  [self.view addSubview:self.page];
  self.navigationItem.leftBarButtonItem =
      [[UIBarButtonItem alloc] initWithBarButtonSystemItem:UIBarButtonSystemItemCancel
                                                    target:self
                                                    action:@selector(dismissedByButton)];
  [self.page loadRequest:[NSURLRequest requestWithURL:self.url]];
}

- (void)dismissedByButton {
  endPage(TdsAuthPageDismissed, nil);
}

// Pulled down by the player.
- (void)presentationControllerDidDismiss:(UIPresentationController *)controller {
  if (pageShown != nil && pageState == TdsAuthPageOpen) {
    endPage(TdsAuthPageDismissed, nil);
  }
}

- (void)webView:(WKWebView *)webView
    decidePolicyForNavigationAction:(WKNavigationAction *)action
                    decisionHandler:(void (^)(WKNavigationActionPolicy))decide {
  NSURL *to = action.request.URL;
  if (leadsBack(to, self.redirect)) {
    decide(WKNavigationActionPolicyCancel);
    if (pageState == TdsAuthPageOpen) {
      endPage(TdsAuthPageAnswered, to.absoluteString);
    }
    return;
  }
  // The page has no business with other apps, nor with files.
  BOOL isWeb = same(to.scheme, @"https") || same(to.scheme, @"http") || same(to.scheme, @"about");
  decide(isWeb ? WKNavigationActionPolicyAllow : WKNavigationActionPolicyCancel);
}

@end

extern "C" {

void tdsauth_unity_webview_close(void) {
  endPage(TdsAuthPageClosed, nil);
}

void tdsauth_unity_webview_open(const uint8_t *url, size_t length, const uint8_t *redirect,
                                size_t redirectLength) {
  tdsauth_unity_webview_close();
  TdsAuthPage *page = [[TdsAuthPage alloc] init];
  page.url = urlOf(url, length);
  page.redirect = urlOf(redirect, redirectLength);
  UIViewController *game = UnityGetGLViewController();
  if (page.url == nil || page.redirect == nil || game == nil) {
    pageState = TdsAuthPageDismissed;
    return;
  }
  UINavigationController *frame =
      [[UINavigationController alloc] initWithRootViewController:page];
  frame.presentationController.delegate = page;
  pageState = TdsAuthPageOpen;
  pageShown = frame;
  [game presentViewController:frame animated:YES completion:nil];
}

int32_t tdsauth_unity_webview_state(void) {
  return pageState;
}

// Writes the URL once, without a NUL; 0 if there is none or it is longer than `capacity`.
size_t tdsauth_unity_webview_take(uint8_t *into, size_t capacity) {
  NSData *answer = [pageAnswer dataUsingEncoding:NSUTF8StringEncoding];
  pageAnswer = nil;
  if (pageState == TdsAuthPageAnswered) {
    pageState = TdsAuthPageClosed;
  }
  if (answer == nil || answer.length > capacity) {
    return 0;
  }
  memcpy(into, answer.bytes, answer.length);
  return answer.length;
}

}  // extern "C"
