// As much of Apple's WebKit as TdsAuthWebView.mm names: enough to check its types, not to run.
#pragma once

#import <UIKit/UIKit.h>

@class WKWebView;

@interface WKNavigationAction : NSObject
@property(readonly, copy) NSURLRequest *request;
@end

typedef NS_ENUM(NSInteger, WKNavigationActionPolicy) { WKNavigationActionPolicyCancel,
                                                       WKNavigationActionPolicyAllow };

@protocol WKNavigationDelegate <NSObject>
@optional
- (void)webView:(WKWebView *)webView
    decidePolicyForNavigationAction:(WKNavigationAction *)action
                    decisionHandler:(void (^)(WKNavigationActionPolicy))decide;
@end

@interface WKWebView : UIView
@property(weak) id<WKNavigationDelegate> navigationDelegate;
- (id)loadRequest:(NSURLRequest *)request;
@end
