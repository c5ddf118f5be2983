// As much of Apple's UIKit as TdsAuthWebView.mm names: enough to check its types, not to run.
#pragma once

#import <Foundation/Foundation.h>

typedef struct CGRect { double x, y, width, height; } CGRect;

typedef NS_ENUM(NSUInteger, UIViewAutoresizing) {
  UIViewAutoresizingFlexibleWidth = 1 << 1,
  UIViewAutoresizingFlexibleHeight = 1 << 4,
};
inline UIViewAutoresizing operator|(UIViewAutoresizing a, UIViewAutoresizing b) {
  return (UIViewAutoresizing)((NSUInteger)a | (NSUInteger)b);
}

typedef NS_ENUM(NSInteger, UIBarButtonSystemItem) { UIBarButtonSystemItemDone,
                                                    UIBarButtonSystemItemCancel };

@interface UIView : NSObject
@property CGRect bounds;
@property UIViewAutoresizing autoresizingMask;
- (instancetype)initWithFrame:(CGRect)frame;
- (void)addSubview:(UIView *)view;
@end

@interface UIBarButtonItem : NSObject
- (instancetype)initWithBarButtonSystemItem:(UIBarButtonSystemItem)item
                                     target:(id)target
                                     action:(SEL)action;
@end

@interface UINavigationItem : NSObject
@property(strong) UIBarButtonItem *leftBarButtonItem;
@end

@class UIPresentationController;

@protocol UIAdaptivePresentationControllerDelegate <NSObject>
@optional
- (void)presentationControllerDidDismiss:(UIPresentationController *)controller;
@end

@interface UIPresentationController : NSObject
@property(weak) id<UIAdaptivePresentationControllerDelegate> delegate;
@end

@interface UIViewController : NSObject
@property(strong) UIView *view;
@property(readonly) UINavigationItem *navigationItem;
@property(readonly) UIPresentationController *presentationController;
- (void)viewDidLoad;
- (void)presentViewController:(UIViewController *)shown
                     animated:(BOOL)animated
                   completion:(void (^)(void))completion;
- (void)dismissViewControllerAnimated:(BOOL)animated completion:(void (^)(void))completion;
@end

@interface UINavigationController : UIViewController
- (instancetype)initWithRootViewController:(UIViewController *)root;
@end
