"""A small library of signals, unrelated to the model."""

import math

import torch


def chirp(length, first, last):
    place = torch.linspace(0.0, 1.0, length)
    phase = 2 * math.pi * (first * place + (last - first) * place.square() / 2)
    return torch.sin(phase) * torch.hann_window(length)


def smooth(signal, width):
    kernel = torch.exp(-torch.linspace(-2.0, 2.0, width).square())
    kernel = kernel / kernel.sum()
    return torch.nn.functional.conv1d(signal[None, None], kernel[None, None], padding=width // 2)[0, 0]


def envelope(signal, width):
    spectrum = torch.fft.fft(signal)
    half = torch.zeros_like(spectrum)
    half[: len(signal) // 2] = spectrum[: len(signal) // 2] * 2
    return smooth(torch.fft.ifft(half).abs(), width)


def similarity(one, two):
    return torch.nn.functional.cosine_similarity(envelope(one, 9), envelope(two, 9), dim=0)
