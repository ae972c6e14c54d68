"""ResNets in PyTorch, layer for layer those of the Residua contestant; runs on PyTorch 1.13 as well."""

import torch
from torch import nn
from torch.nn import functional


def conv_bn(inputs, outputs, kernel, stride=1):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs)
    )


class PadShortcut(nn.Module):
    def __init__(self, extra):
        super().__init__()
        self.extra = extra

    def forward(self, x):
        return functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.extra // 2, self.extra // 2))


class Block(nn.Module):
    def __init__(self, inputs, width, stride, bottleneck, pad_shortcut):
        super().__init__()
        outputs = 4 * width if bottleneck else width
        if bottleneck:
            self.convs = nn.ModuleList(
                [conv_bn(inputs, width, 1), conv_bn(width, width, 3, stride), conv_bn(width, outputs, 1)]
            )
        else:
            self.convs = nn.ModuleList([conv_bn(inputs, width, 3, stride), conv_bn(width, outputs, 3)])
        self.relu = nn.ReLU(inplace=True)
        if inputs == outputs and stride == 1:
            self.shortcut = nn.Identity()
        elif pad_shortcut:
            self.shortcut = PadShortcut(outputs - inputs)
        else:
            self.shortcut = conv_bn(inputs, outputs, 1, stride)

    def forward(self, x):
        y = x
        for conv in self.convs[:-1]:
            y = self.relu(conv(y))
        y = self.convs[-1](y)
        y += self.shortcut(x)
        return self.relu(y)


def named(name):
    cifar = name == "cifar-resnet20"
    depths = {"resnet18": (2, 2, 2, 2), "resnet50": (3, 4, 6, 3), "cifar-resnet20": (3, 3, 3)}[name]
    bottleneck = name == "resnet50"
    channels = 16 if cifar else 64
    layers = [conv_bn(3, channels, 3) if cifar else conv_bn(3, channels, 7, 2), nn.ReLU(inplace=True)]
    if not cifar:
        layers.append(nn.MaxPool2d(3, 2, 1))
    width = channels
    for stage, depth in enumerate(depths):
        for i in range(depth):
            layers.append(Block(channels, width, 2 if stage > 0 and i == 0 else 1, bottleneck, cifar))
            channels = 4 * width if bottleneck else width
        width *= 2
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10 if cifar else 1000)]
    torch.manual_seed(1)
    return nn.Sequential(*layers)
